"""What stands in the field of a new question written as text: the shape to fill in."""

from courses.kinds.fields import begun
from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing import toml

QUESTIONS: dict[str, str] = {
    kind: toml.written({name: value for name, value in begun(kind_of(kind).parts).items() if name != "key"})
    for kind in QuestionKind.values
}
