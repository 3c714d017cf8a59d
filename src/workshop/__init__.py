"""Helpers of the course: data, audits, probes, checks and the tools that build the notebooks."""

__version__ = "0.1.0"
