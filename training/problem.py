from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError, TemporalError

MOST_CHARACTERS = 500


def problem(code: str, message: str) -> ApplicationError:
    """An error that only another input can fix, so Temporal does not retry."""
    return ApplicationError(message, type=code, non_retryable=True)


@contextmanager
def bounded_errors() -> Iterator[None]:
    """Shortens the errors of libraries, which may repeat the data that they are about, at any length."""
    try:
        yield
    except TemporalError:
        raise
    except Exception as error:
        raise ApplicationError(str(error)[:MOST_CHARACTERS], type=type(error).__name__) from None
