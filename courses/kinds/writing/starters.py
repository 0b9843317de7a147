"""What stands in the field of a new block or question written as text: the shape to fill in."""

from courses.kinds.blocks import BlockKind
from courses.kinds.fields import begun
from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing import toml

QUESTIONS: dict[str, str] = {
    kind: toml.written({name: value for name, value in begun(kind_of(kind).parts).items() if name != "key"})
    for kind in QuestionKind.values
}
SCENARIO = """title = ""
start = "a"

[[step]]
key = "a"
text = ""

[[step.choice]]
label = ""
feedback = ""
next = "end"

[[step]]
key = "end"
outcome = "good"
text = ""
"""
BLOCKS: dict[str, str] = {
    BlockKind.TEXT: "",
    BlockKind.SCENARIO: SCENARIO,
    BlockKind.CHECK: toml.written({"question": [begun(kind_of("single").parts)]}),
    BlockKind.REFLECTION: 'prompt = ""\n',
}
