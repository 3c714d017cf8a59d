"""What each of the four domains and each case needs beyond the audit: one package a topic. No widget, no plot."""
