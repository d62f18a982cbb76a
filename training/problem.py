from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError, TemporalError

MOST_CHARACTERS_OF_PROBLEM = 2_000
MOST_CHARACTERS_OF_ERROR = 500


def problem(code: str, message: str) -> ApplicationError:
    """An error that only another input can fix, so Temporal does not retry."""
    return ApplicationError(_shortened(message, MOST_CHARACTERS_OF_PROBLEM), type=code, non_retryable=True)


@contextmanager
def bounded_errors() -> Iterator[None]:
    """Shortens the errors of libraries, which may repeat the data that they are about, at any length."""
    try:
        yield
    except TemporalError:
        raise
    except Exception as error:
        message = _shortened(str(error), MOST_CHARACTERS_OF_ERROR)
        raise ApplicationError(message, type=type(error).__name__) from None


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} characters more)"
