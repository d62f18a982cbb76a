from temporalio.exceptions import ApplicationError


def problem(code: str, message: str) -> ApplicationError:
    """An error that only a changed input can help: Temporal does not try again."""
    return ApplicationError(message, type=code, non_retryable=True)
