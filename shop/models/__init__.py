"""The entities. Changes of state are methods here; they refuse what is not allowed."""

from shop.models.addresses import Address
from shop.models.audit import AuditEntry
from shop.models.bulk_edits import BulkEdit, BulkKind, BulkRow, BulkState, RowState
from shop.models.carts import KeptCart
from shop.models.catalogue import (
    AGE_MARKS,
    Book,
    BookContributor,
    BookFormat,
    BookStatus,
    Category,
    Contributor,
    ContributorRole,
    FormerCategoryPath,
    MergedName,
    NameKind,
    Publisher,
    Series,
)
from shop.models.changes import BookChange, ChangeKind
from shop.models.consents import Consent, ConsentKind
from shop.models.content import ContentPage, Setting
from shop.models.credentials import ApiKey, EndedSession, RecoveryCode, TokenFamily
from shop.models.images import (
    SIZE_TYPES,
    Image,
    ImageState,
    Rendering,
    Rendition,
    Trouble,
)
from shop.models.merged_books import MergedBook
from shop.models.order_history import OrderEvent
from shop.models.order_lines import OrderLine
from shop.models.order_notes import LONGEST_NOTE, OrderNote
from shop.models.orders import Order, OrderState
from shop.models.outbox import OutboxMessage
from shop.models.payments import Payment, PaymentStatus, Refund, RefundStatus
from shop.models.roles import FROM_THE_START, MOVES_MONEY, Permission, Role, RoleCode
from shop.models.sales import BookSales, SalesEntry
from shop.models.saved_views import SavedView
from shop.models.search import BookDocument, SearchWord
from shop.models.shelves import Shelf, ShelfEntry, ShelfKind
from shop.models.shipping import Shipment, ShippingMethod
from shop.models.stock import StockRecord
from shop.models.supplies import SupplierFile, SupplierTitle
from shop.models.users import User

__all__ = [
    "AGE_MARKS",
    "FROM_THE_START",
    "LONGEST_NOTE",
    "MOVES_MONEY",
    "SIZE_TYPES",
    "Address",
    "ApiKey",
    "AuditEntry",
    "Book",
    "BookChange",
    "BookContributor",
    "BookDocument",
    "BookFormat",
    "BookSales",
    "BookStatus",
    "BulkEdit",
    "BulkKind",
    "BulkRow",
    "BulkState",
    "Category",
    "ChangeKind",
    "Consent",
    "ConsentKind",
    "ContentPage",
    "Contributor",
    "ContributorRole",
    "EndedSession",
    "FormerCategoryPath",
    "Image",
    "ImageState",
    "KeptCart",
    "MergedBook",
    "MergedName",
    "NameKind",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderNote",
    "OrderState",
    "OutboxMessage",
    "Payment",
    "PaymentStatus",
    "Permission",
    "Publisher",
    "RecoveryCode",
    "Refund",
    "RefundStatus",
    "Rendering",
    "Rendition",
    "Role",
    "RoleCode",
    "RowState",
    "SalesEntry",
    "SavedView",
    "SearchWord",
    "Series",
    "Setting",
    "Shelf",
    "ShelfEntry",
    "ShelfKind",
    "Shipment",
    "ShippingMethod",
    "StockRecord",
    "SupplierFile",
    "SupplierTitle",
    "TokenFamily",
    "Trouble",
    "User",
]
