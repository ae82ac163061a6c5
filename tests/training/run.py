# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of one file beside this one: run.py NAME. What is skipped is told by name; 77 says that all was."""

import pathlib
import sys
import unittest

suite = unittest.TestLoader().discover(str(pathlib.Path(__file__).parent), pattern=f"{sys.argv[1]}.py")
if suite.countTestCases() == 0:
    sys.exit(f"{sys.argv[1]}.py has no tests")
result = unittest.TextTestRunner(verbosity=2).run(suite)
if not result.wasSuccessful():
    sys.exit(1)
sys.exit(77 if len(result.skipped) == result.testsRun else 0)
