"""What stands in the field of a new block or question: the shape to fill in."""

from courses.kinds.blocks import BlockKind
from courses.kinds.questions import QuestionKind

SINGLE = """kind = "single"
prompt = ""
explanation = ""

[[option]]
text = ""
correct = true
feedback = ""

[[option]]
text = ""
correct = false
feedback = ""
"""
QUESTIONS: dict[str, str] = {
    QuestionKind.SINGLE: SINGLE,
    QuestionKind.MULTIPLE: SINGLE.replace('"single"', '"multiple"'),
    QuestionKind.TRUEFALSE: """kind = "truefalse"
prompt = ""
correct = true
feedback_true = ""
feedback_false = ""
explanation = ""
""",
    QuestionKind.MATCHING: """kind = "matching"
prompt = ""
explanation = ""

[[pair]]
left = ""
right = ""

[[pair]]
left = ""
right = ""
""",
    QuestionKind.ORDERING: """kind = "ordering"
prompt = ""
items = ["", ""]
explanation = ""
""",
    QuestionKind.NUMERIC: """kind = "numeric"
prompt = ""
answer = 0
tolerance = 0
unit = ""
explanation = ""
""",
    QuestionKind.SHORT: """kind = "short"
prompt = ""
accepted = [""]
explanation = ""
""",
    QuestionKind.ESSAY: """kind = "essay"
prompt = ""

[[rubric]]
criterion = ""
points = 1
""",
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
    BlockKind.CHECK: "[[question]]\n" + SINGLE.replace("[[option]]", "[[question.option]]"),
    BlockKind.REFLECTION: 'prompt = ""\n',
    BlockKind.IMAGE: 'file = ""\nalt = ""\ndecorative = false\ncaption = ""\n',
    BlockKind.VIDEO: 'file = ""\ncaptions = ""\ntitle = ""\ntranscript = ""\n',
    BlockKind.FILE: 'file = ""\ntitle = ""\ndescription = ""\n',
}
