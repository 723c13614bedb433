"""开始使用: the first steps of a bureau, 单位 → 科室 → 人员 → 计划 → 填报期, and what an empty page says comes next."""
