"""Small files of ONIX as suppliers send them."""

from __future__ import annotations

import re

from shop.services.book_import.onix_tags import SHORT

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MESSAGE = (
    '<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">'
    "<Header><Sender><SenderName>Наука</SenderName></Sender>"
    "<DefaultCurrencyCode>RUB</DefaultCurrencyCode></Header>{}</ONIXMessage>"
)
# All that the shop has room for, and some that it has not.
PRODUCT = """
<Product>
  <RecordReference>ru.nauka.1</RecordReference>
  <NotificationType>03</NotificationType>
  <ProductIdentifier><ProductIDType>01</ProductIDType><IDValue>N-77</IDValue></ProductIdentifier>
  <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780306406157</IDValue>
  </ProductIdentifier>
  <DescriptiveDetail>
    <ProductComposition>00</ProductComposition>
    <ProductForm>BB</ProductForm>
    <Measure><MeasureType>01</MeasureType><Measurement>210</Measurement>
      <MeasureUnitCode>mm</MeasureUnitCode></Measure>
    <Measure><MeasureType>08</MeasureType><Measurement>0.98</Measurement>
      <MeasureUnitCode>kg</MeasureUnitCode></Measure>
    <Collection><CollectionType>10</CollectionType>
      <TitleDetail><TitleType>01</TitleType>
        <TitleElement><TitleElementLevel>01</TitleElementLevel><PartNumber>7</PartNumber>
        </TitleElement>
        <TitleElement><TitleElementLevel>02</TitleElementLevel>
          <TitleText>Литературные памятники</TitleText></TitleElement>
      </TitleDetail></Collection>
    <TitleDetail><TitleType>01</TitleType>
      <TitleElement><TitleElementLevel>01</TitleElementLevel>
        <TitleText>Война и мир</TitleText><Subtitle>Роман</Subtitle></TitleElement></TitleDetail>
    <Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>A12</ContributorRole>
      <PersonName>Александр Апсит</PersonName></Contributor>
    <Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>
      <PersonName>Лев Толстой</PersonName>
      <PersonNameInverted>Толстой, Лев</PersonNameInverted></Contributor>
    <Contributor><SequenceNumber>3</SequenceNumber><ContributorRole>B06</ContributorRole>
      <NamesBeforeKey>Louise</NamesBeforeKey><KeyNames>Maude</KeyNames></Contributor>
    <Contributor><SequenceNumber>4</SequenceNumber><ContributorRole>B01</ContributorRole>
      <CorporateName>Академия наук</CorporateName></Contributor>
    <Language><LanguageRole>02</LanguageRole><LanguageCode>fre</LanguageCode></Language>
    <Language><LanguageRole>01</LanguageRole><LanguageCode>rus</LanguageCode></Language>
    <Extent><ExtentType>00</ExtentType><ExtentValue>1350</ExtentValue><ExtentUnit>03</ExtentUnit>
    </Extent>
    <Audience><AudienceCodeType>02</AudienceCodeType><AudienceCodeValue>12+</AudienceCodeValue>
    </Audience>
  </DescriptiveDetail>
  <CollateralDetail>
    <TextContent><TextType>02</TextType><ContentAudience>00</ContentAudience>
      <Text>Коротко.</Text></TextContent>
    <TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience>
      <Text textformat="05"><p>Длинно &amp; <em>подробно</em>.</p><p>Очень<br/>длинно.</p></Text>
    </TextContent>
  </CollateralDetail>
  <PublishingDetail>
    <Imprint><ImprintName>Наука</ImprintName></Imprint>
    <Publisher><PublishingRole>01</PublishingRole><PublisherName>Академиздат</PublisherName>
    </Publisher>
    <PublishingDate><PublishingDateRole>01</PublishingDateRole>
      <Date dateformat="00">20261201</Date></PublishingDate>
    <PublishingDate><PublishingDateRole>11</PublishingDateRole><Date dateformat="05">1869</Date>
    </PublishingDate>
  </PublishingDetail>
  <ProductSupply>
    <SupplyDetail>
      <Stock><OnHand>3</OnHand></Stock><Stock><OnHand>4</OnHand></Stock>
      <Price><PriceType>02</PriceType><PriceAmount>9.00</PriceAmount>
        <CurrencyCode>EUR</CurrencyCode></Price>
      <Price><PriceType>04</PriceType><PriceAmount>499.00</PriceAmount></Price>
    </SupplyDetail>
  </ProductSupply>
</Product>"""
CELLS = {
    "isbn": "9780306406157",
    "title": "Война и мир",
    "subtitle": "Роман",
    "authors": "Толстой, Лев",
    "translators": "Maude, Louise",
    "editors": "Академия наук,",
    "illustrators": "Александр Апсит",
    "publisher": "Наука",
    "series": "Литературные памятники",
    "series_number": "7",
    "language": "ru",
    "format": "hardcover",
    "published_year": "1869",
    "pages": "1350",
    "age_mark": "12",
    "weight_grams": "980",
    "description": "Длинно & подробно.\n\nОчень\nдлинно.",
    "list_price": "499.00",
    "released_on": "2026-12-01",
    "num_in_stock": "7",
}
OLD = """<!DOCTYPE ONIXMessage SYSTEM
  "http://www.editeur.org/onix/2.1/reference/onix-international.dtd">
<ONIXMessage><Header><FromCompany>N</FromCompany></Header><Product>
  <RecordReference>2</RecordReference><NotificationType>03</NotificationType>
  <ProductIdentifier><ProductIDType>02</ProductIDType><IDValue>0306406152</IDValue>
  </ProductIdentifier>
  <ProductForm>BC</ProductForm>
  <Series><TitleOfSeries>Classics</TitleOfSeries><NumberWithinSeries>4</NumberWithinSeries></Series>
  <Title><TitleType>01</TitleType><TitlePrefix>The</TitlePrefix>
    <TitleWithoutPrefix>Great Gatsby &ndash; a novel</TitleWithoutPrefix></Title>
  <Contributor><ContributorRole>A01</ContributorRole>
    <PersonNameInverted>Fitzgerald, F. Scott</PersonNameInverted></Contributor>
  <Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>
  <NumberOfPages>180</NumberOfPages>
  <OtherText><TextTypeCode>01</TextTypeCode><TextFormat>02</TextFormat>
    <Text>&lt;p&gt;Jazz.&lt;/p&gt;</Text></OtherText>
  <Publisher><PublishingRole>01</PublishingRole><PublisherName>Scribner</PublisherName></Publisher>
  <PublicationDate>19250410</PublicationDate>
  <SupplyDetail><Price><PriceTypeCode>02</PriceTypeCode><PriceAmount>350.00</PriceAmount>
    <CurrencyCode>RUB</CurrencyCode></Price></SupplyDetail>
</Product></ONIXMessage>"""
OLD_CELLS = {
    "isbn": "0306406152",
    "title": "The Great Gatsby – a novel",
    "authors": "Fitzgerald, F. Scott",
    "publisher": "Scribner",
    "series": "Classics",
    "series_number": "4",
    "language": "en",
    "format": "paperback",
    "published_year": "1925",
    "released_on": "1925-04-10",
    "pages": "180",
    "description": "Jazz.",
    "list_price": "350.00",
}


def message(*products: str) -> bytes:
    return (HEAD + MESSAGE.format("".join(products))).encode()


def short(file: bytes) -> bytes:
    """The same with short tags."""
    text = file.decode().replace("3.0/reference", "3.0/short")
    text = text.replace("ONIXMessage", "ONIXmessage")
    names = SHORT | {"Product": "product", "Header": "header"}
    return re.sub(r"<(/?)(\w+)", lambda tag: f"<{tag[1]}{names.get(tag[2], tag[2])}", text).encode()


def simple(title: str, isbn: str, price: str = "499.00") -> str:
    """A product with what a new book needs."""
    return f"""<Product><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BC</ProductForm><TitleDetail><TitleType>01</TitleType>
<TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>{title}</TitleText></TitleElement>
</TitleDetail><Language><LanguageRole>01</LanguageRole><LanguageCode>rus</LanguageCode></Language>
</DescriptiveDetail><ProductSupply><SupplyDetail><Price><PriceType>02</PriceType>
<PriceAmount>{price}</PriceAmount></Price></SupplyDetail></ProductSupply></Product>"""
