"""What the papers say: 反馈, 通报, 催办单, 任务交办单 as dataclasses; printing them is `tracking.exports`."""
