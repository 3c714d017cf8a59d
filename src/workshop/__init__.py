"""Helpers of the course: data, audits, probes, checks and the tools that build the notebooks."""

from workshop.threads import one_thread

__version__ = "0.1.0"

one_thread()
