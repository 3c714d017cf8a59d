"""What each of the four domains needs beyond the audit: one package a domain. No widget, no plot."""
