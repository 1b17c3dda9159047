"""A sentence that remembers what it is made of, so that it can be said in another language later."""

from typing import Any


class Sentence(str):
    """An English sentence, a str like any other, with its template and what was put into it.

        raise FerError(Sentence("{name} holds {size} bytes; give a smaller one.", name=name, size=size))

    The core writes English and knows no visitor; the page that shows the sentence says it in the visitor's language
    (`Catalogue.say`). Fields that are Sentences are translated with it.

    Attributes:
        template: the English text with its fields in braces, the key of the catalogues. Without fields, braces are
            braces.
        fields: name -> what stands there.
        many: the template for more than one, of a sentence that counts; else empty.
    """

    template: str
    fields: dict[str, Any]
    many: str

    def __new__(cls, template: str, /, **fields: Any) -> "Sentence":
        return cls._made(template, "", template, fields)

    @classmethod
    def counted(cls, count: int, one: str, many: str, /, **fields: Any) -> "Sentence":
        """A sentence about `count` things, which stands in it as {count}: `one` for 1, else `many`."""
        return cls._made(one, many, one if count == 1 else many, {"count": count, **fields})

    @classmethod
    def _made(cls, template: str, many: str, chosen: str, fields: dict[str, Any]) -> "Sentence":
        made = super().__new__(cls, chosen.format(**fields) if fields else chosen)
        made.template, made.many, made.fields = template, many, fields
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        if self.many:
            rest = {name: value for name, value in self.fields.items() if name != "count"}
            return _counted, (self.fields["count"], self.template, self.many, rest)
        return _plain, (self.template, self.fields)


def _plain(template: str, fields: dict[str, Any]) -> Sentence:
    return Sentence(template, **fields)


def _counted(count: int, one: str, many: str, fields: dict[str, Any]) -> Sentence:
    return Sentence.counted(count, one, many, **fields)
