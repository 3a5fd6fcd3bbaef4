"""The app as a page on this computer alone."""

from __future__ import annotations

import os
import socket
import warnings
from dataclasses import replace
from pathlib import Path

from csisem.app.journey import AnswerFile, Journey
from csisem.app.panel_library import View, panel
from csisem.app.session import Session
from csisem.errors import OptionError, system_reason
from csisem.option_checks import check_whole
from csisem.options import Language, validate
from csisem.survey.read import existing

ADDRESS = "127.0.0.1"
_MOST_BYTES = 2**31
_LAST_PORT = 65535


def page(data: str | Path | None = None, *, language: Language = "en") -> View:
    """Return the app as an object that a notebook shows.

    Parameters
    ----------
    data
        A file of answers to begin with, of a kind that `csisem.read` takes; None begins without.
    language
        ``"en"`` or ``"zh"`` (Chinese), which the page can change.

    Returns
    -------
    panel.Column
        The page of a new analysis. As the last line of a cell it is shown; ``page().servable()`` in a file is a page
        of ``panel serve``.

    Raises
    ------
    DataError
        If there is no such file.
    OptionError
        If panel, which the extra ``csisem[app]`` brings, is not installed, or the language is unknown.

    See Also
    --------
    serve : The same in a browser.

    Examples
    --------
    >>> from csisem.app import page
    >>> page(language="zh")  # doctest: +SKIP
    """
    from csisem.app.main_page import main_page

    return main_page(_session(_file(data), validate("language", language, Language)))


def serve(data: str | Path | None = None, *, port: int = 0, language: Language = "en", browser: bool = True) -> None:
    """Serve the app on this computer (127.0.0.1) until it is interrupted.

    Nothing is sent to or loaded from another computer.

    Parameters
    ----------
    data, language
        As of `page`.
    port
        The port; 0 takes a free one.
    browser
        Whether to open the page in the browser.

    Raises
    ------
    DataError
        If there is no such file.
    OptionError
        If panel is not installed, the language is unknown, or the port cannot be used.

    See Also
    --------
    page : The same in a notebook.

    Examples
    --------
    >>> from csisem.app import serve
    >>> serve("answers.csv", language="zh")  # doctest: +SKIP
    """
    from csisem.app.main_page import main_page

    check_whole("port", port, 0, _LAST_PORT)
    spoken: Language = validate("language", language, Language)
    file, pn = _file(data), panel()
    port = _free(port)
    # Pictures are drawn beside the page, by a thread that no window may be opened from.
    import matplotlib as mpl

    mpl.use("agg")
    # The browser may name a part of the page that is being replaced, which does no harm.
    warnings.filterwarnings("ignore", message="reference already known")

    def opened() -> View:
        session = _session(file, spoken)
        pn.state.on_session_destroyed(lambda _: session.close())
        return main_page(session)

    origins = [f"{ADDRESS}:{port}", f"localhost:{port}"]
    pn.serve(
        {"/": opened}, address=ADDRESS, port=port, show=browser, title="csisem", websocket_origin=origins,
        websocket_max_message_size=_MOST_BYTES, http_server_kwargs={"max_buffer_size": _MOST_BYTES},
    )  # fmt: skip


def _free(port: int) -> int:
    """The port, or a free one; refused where another program has it."""
    with socket.socket() as tried:
        if os.name == "posix":
            # As servers do, which start again where one has just ended.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((ADDRESS, port))
        except OSError as problem:
            raise OptionError(f"port={port} cannot be used: {system_reason(problem)}.") from None
        return int(tried.getsockname()[1])


def _file(data: str | Path | None) -> AnswerFile | None:
    if data is None:
        return None
    path = existing(data, "data").resolve()
    return AnswerFile(path, str(path))


def _session(file: AnswerFile | None, language: Language) -> Session:
    session = Session(panel(), language)
    if file is not None:
        from csisem.app.run_journey import read_answers

        with session.refusals():
            session.journey = replace(Journey(), file=file, survey=read_answers(file))
    return session
