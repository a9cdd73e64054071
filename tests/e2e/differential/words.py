"""Random text: names that need quoting, and characters that this or that character set has."""

_NAMES = [
    "id", "a", "name", "value", "key", "order", "select", "group", "before", "after", "op", "row", "Ä", "größe", "名前", "ключ",
    "עמודה", "ชื่อ", "`", "``", '"', "'", "\\", "\\n", "a b", " lead", "tab\t", "nl\n", "%", "%s", "$", "${x}", "{}", "[0]", "@1", "@@",
    "a.b", "a,b", "a;b", "--", "/*x*/", "#", "<>", "&amp;", "\x01", "\x7f", "é", "ß", "€", "\u2028", "\ufeff", "NULL", "null", "1", "0x1f", "db", "table",
]  # fmt: skip

# What is in most character sets, and what is in some.
_ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    " !\"#$%&'()*+,-./:;<=>@[\\]^_`{|}~\t\n\r\x00\x01\x08\x0b\x1f\x7f",
    "äöüßÄÖÜéèêñçøåæ¿¡±§°",
    "ąćęłńśźżčďěňřšťůžőű",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяЁёЂђЃ",
    "αβγδεζηθικλμνξοπρστυφχψωΆΈ",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "ءآأؤإئابةتثجحخدذرز",
    "กขคงจฉชซฌญฎฏฐ",
    "あいうえおアイウエオ漢字丂乂亂亞仮ｱｲｳ①〜‖−￥",
    "가각간갇한글똠뷁",
    "的一是不了人我在有他这中大来上国個們",
    "€„“”‘’…–—™•‰",
    "𠮷𝄞🚀🦄👩‍👩‍👧‍👦é",
    "\u00a0\u00ad\u2028\u2029\ufeff\ufffd\uffff\ue000",
]


def name(rng, number, longest=64):
    """A column's or table's name, unique by its number under every collation; harmless ones are the most."""
    word = rng.choice(_NAMES) if rng.random() < 0.3 else rng.choice("abcdefg")
    word = f"{word}{number}"
    if rng.random() < 0.01:
        word = rng.choice("n漢") * (longest - len(word)) + word
    return word


def words(rng, most):
    """Up to `most` characters, of one alphabet or several, sometimes exactly as many."""
    length = most if rng.random() < 0.05 else rng.randint(0, min(most, 12))
    if rng.random() < 0.8:
        alphabet = _ALPHABETS[0] + rng.choice(_ALPHABETS)
    else:
        alphabet = "".join(_ALPHABETS)
    return "".join(rng.choices(alphabet, k=length))


def ascii_words(rng, most):
    return "".join(rng.choices(_ALPHABETS[0] + " ", k=rng.randint(0, min(most, 12))))
