"""A document comes in as bytes and goes out as a draft of a plan or a letter: pure Python, no Django, none of our apps.

`files/` turns bytes into lines and tables, `text/` lines into paragraphs, `plan/` those into a plan or a letter, `drafts/`
says what a draft is and how a person corrects it; `parse.py` is the door, `sandbox.py` the same door under limits.
"""
