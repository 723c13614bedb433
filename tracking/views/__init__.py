"""Pages of progress: the board and an item, 我的填报 and one report, 审核."""

from .board import item_page, plan_board

__all__ = ["item_page", "plan_board"]
