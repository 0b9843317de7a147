"""What stands in the field of a new question, or of a block with a file, as text: the shape to fill in."""

from courses.kinds.blocks import BlockKind
from courses.kinds.fields import begun
from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing import toml

QUESTIONS: dict[str, str] = {
    kind: toml.written({name: value for name, value in begun(kind_of(kind).parts).items() if name != "key"})
    for kind in QuestionKind.values
}
BLOCKS: dict[str, str] = {
    BlockKind.IMAGE: 'file = ""\nalt = ""\ndecorative = false\ncaption = ""\n',
    BlockKind.VIDEO: 'file = ""\ncaptions = ""\ntitle = ""\ntranscript = ""\n',
    BlockKind.FILE: 'file = ""\ntitle = ""\ndescription = ""\n',
}
