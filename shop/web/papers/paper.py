"""A document in the shop's own typeface, measured in millimetres."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
PLAIN, HEAVY = ("Golos", ""), ("Golos", "B")
# Golos lacks these; the first is in titles of books, the others are typed by customers.
REPLACED = str.maketrans({"₽": "руб.", "→": "-"})
# Bars of Code 39 are three widths of a narrow one, or one; every character has nine and a gap.
NARROW = 1 / 3
CHARACTER = 3 + 7 * NARROW


class Paper(FPDF):
    """`written` and `bar_code` know their place; everything else is FPDF's."""

    def __init__(self, size: str | tuple[float, float], margin: float, title: str) -> None:
        super().__init__(unit="mm", format=size)
        self.add_font(PLAIN[0], PLAIN[1], FONTS / "GolosText_500Medium.ttf")
        self.add_font(HEAVY[0], HEAVY[1], FONTS / "GolosText_900Black.ttf")
        self.set_margin(margin)
        self.set_auto_page_break(True, margin)
        self.set_title(title)
        self.set_creator("Colophon")

    def pen(self, size: float, *, heavy: bool = False, grey: bool = False) -> None:
        """Write from now on in letters of so many points."""
        self.set_font(*(HEAVY if heavy else PLAIN), size)
        self.set_text_color(90 if grey else 0)

    def written(self, width: float, text: str, line: float) -> None:
        """A paragraph from where the pen is, `width` wide (0: to the margin); the pen is below."""
        self.multi_cell(
            width, line, text.translate(REPLACED), align="L", new_x="LEFT", new_y="NEXT"
        )

    def bar_code(self, number: str, x: float, y: float, width: float, height: float) -> None:
        """The number of an order in Code 39, which every hand scanner reads."""
        text = f"*{number}*"
        # The last gap is none.
        self.set_fill_color(0)
        self.code39(text, x, y, width / (len(text) * CHARACTER - NARROW), height)

    def rule(self) -> None:
        """A line across the page."""
        self.set_draw_color(150)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(2)

    def finished(self) -> bytes:
        return bytes(self.output())
