"""nbgrader's configuration of this course: what stock nbgrader, formgrader and a hub read.

Copy it into the folder of your course (or start nbgrader in this one). `make release` and
`make grade` load it too, so all of them do the same.
"""

import sys
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader import preprocessors

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that homework.grader is found wherever nbgrader is started

from homework.grader.execute import SplitExecute  # noqa: E402
from homework.grader.transplant import Transplant  # noqa: E402
from homework.steps import Announce, HideTests  # noqa: E402

c = get_config()  # noqa: F821 - nbgrader defines it

# What students begin with. `return ...` is what the checks know as "not yet".
c.ClearSolutions.code_stub = {"python": "return ..."}
c.ClearSolutions.text_stub = "Write your answer here."
c.GenerateAssignment.preprocessors = [
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ComputeChecksums,
    preprocessors.SaveCells,
    preprocessors.ClearHiddenTests,
    Announce,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
]

# Of a submission only the sources of its cells count; the tests run where no student's code comes.
c.Autograde.sanitize_preprocessors = [Transplant, preprocessors.CheckCellMetadata]
c.Autograde.autograde_preprocessors = [
    SplitExecute,
    preprocessors.LimitOutput,
    preprocessors.SaveAutoGrades,
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]
c.GenerateFeedback.preprocessors = [
    preprocessors.GetGrades,
    HideTests,
    CSSHTMLHeaderPreprocessor,
]
