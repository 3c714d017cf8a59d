"""An audit of the trainee's own model: a table of outcomes, scores and groups, as a report or in a notebook.

from workshop.own_model import audit_file
audit_file()                                     # a file picker in the notebook

workshop audit SCORES.csv --outcome y --score s --group g       # the same in a terminal
workshop model-card open --model tool.skops --out card.html     # a model kept with save_model(model, "tool.skops")
"""

from workshop.own_model.models import save_model
from workshop.own_model.picker import audit_file
from workshop.own_model.report import OwnAudit, audit_scores

__all__ = ["OwnAudit", "audit_file", "audit_scores", "save_model"]
