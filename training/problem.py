from temporalio.exceptions import ApplicationError


def problem(code: str, message: str) -> ApplicationError:
    """An error that only another input can fix, so Temporal does not retry."""
    return ApplicationError(message, type=code, non_retryable=True)
