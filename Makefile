PYTHON ?= python3
RUN = @$(PYTHON) bootstrap.py

.DEFAULT_GOAL := help
.PHONY: lab test build slides slides-pdf check lock bench new-lesson clean help

lab: ## set up what is missing and open the course in JupyterLab
	$(RUN) lab
test: ## set up what is missing and run the whole test suite
	$(RUN) test
build: ## make the notebooks and exercises from content/ (only what changed)
	$(RUN) build
slides: ## export each lesson's slides to slides/build/, one file each
	$(RUN) slides
slides-pdf: ## the same, and print them to PDF (needs Chromium, Chrome or Edge)
	$(RUN) slides --pdf
check: ## check style, the lock and environment.yml
	$(RUN) check
lock: ## write requirements.lock and environment.yml from pyproject.toml
	$(RUN) lock
bench: ## measure speed and memory
	$(RUN) bench
new-lesson: ## start a lesson: make new-lesson NAME=12_drones TITLE="Drones"
	$(RUN) new-lesson "$(NAME)" "$(TITLE)"
clean: ## remove what was built or installed here; my_work/ is kept
	@rm -rf .venv .build-cache .pytest_cache .ruff_cache .hypothesis slides/build
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | sort | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'
