# make lab · make test: each sets up .venv by itself and is quick the second time.
#   make lab ARGS="--no-browser --port 9999"     arguments go on to JupyterLab (to pytest, for the tests)
#   make test PYTHON=python3.12                  another interpreter
#   make notebooks ONLY=03                       only the lessons whose name holds 03
#   make matrix ONLY="3.13 oldest"               only these columns: a Python, or the oldest versions of everything
#   make stamp REPO=https://github.com/me/fork   the address of a fork into badges and set-up cells
#   make release ONLY=hw03                       the homework as students get it, into notebooks/assignments/
#   make grade SUBMITTED=folder ASSIGNMENT=hw03  grades what is handed in (homework/README.md), into graded/

python = .venv/bin/python
pytest = $(python) -m pytest -n auto --maxprocesses 4 --dist loadfile
root = $$(test "$$(id -u)" != 0 || echo --allow-root)

# Two workers that use two threads each for matrix products would only wait for one another.
test test-slow test-all notebooks matrix: export OPENBLAS_NUM_THREADS = 1

.PHONY: lab test test-slow test-all notebooks matrix stamp release grade bench
.NOTPARALLEL:

lab:
	@sh .ci/venv lab
	$(python) -m jupyterlab $(root) --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(ARGS)

test:
	@sh .ci/venv test
	$(python) -m tools.lint
	$(pytest) -m "not slow and not weekly" $(ARGS)

test-slow:
	@sh .ci/venv test
	$(pytest) -m "slow and not weekly" $(ARGS)

test-all:
	@sh .ci/venv test
	$(python) -m tools.lint
	$(pytest) $(ARGS)

notebooks:
	@sh .ci/venv test
	$(python) -m tools.notebooks $(ONLY)

matrix:
	$${PYTHON:-python3} -m tools.matrix $(ONLY)

stamp:
	@sh .ci/venv test
	$(python) -m tools.stamp $(REPO)

release:
	@sh .ci/venv test
	$(python) -m tools.release $(ONLY)

grade: export OPENBLAS_NUM_THREADS = 1
grade:
	@sh .ci/venv test
	$(python) -m homework.grade "$(SUBMITTED)" $(if $(ASSIGNMENT),--assignment "$(ASSIGNMENT)") $(ARGS)

bench:
	@sh .ci/venv bench
	$(python) -m tests.benchmarks $(ARGS)
