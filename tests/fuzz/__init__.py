"""Every parser of what comes from outside, fed with damaged input.

``test_fuzzing.py`` feeds each a little, the same every time, and all that ever broke one (``corpus``).
``PYTHONPATH=tests python -m fuzz --seconds 600`` goes on from fresh chance, and adds to the corpus what it
finds.
"""
