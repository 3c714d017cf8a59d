"""Exact explanations of linear models."""


class Explanation:
    """x."""


def explain_linear(model, case, background=None):
    """X."""
