"""Turn verdicts and history into what people read: Allure, the sign-off sheet, summaries, data."""
