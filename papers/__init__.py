"""What is signed: 反馈, 通报, 催办单, 任务交办单 – compiled from what was reported, signed, frozen, printed as Word.

Its rows are `tracking`'s; what a paper says comes from `boards` and `sheets`, so that no number is counted twice.
"""
