# A colleague who works in LibreOffice: `python3 office.py PROFILE`, told line by line on stdin, one JSON array each:
#   ["open", FILE]  ["type", SHEET, CELL, TEXT]  ["save"]  ["save anyway"]  ["close"]  ["kill"]
# Each is answered by one line, "ok" or what went wrong. At the end of stdin LibreOffice is closed as its menu closes it.
import json
import os
import signal
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

profile = sys.argv[1]
pipe = "funnel-office-%d" % os.getpid()
CSV = "44,34,76,1"  # commas, double quotes, UTF-8


def start():
    arguments = ["--headless", "--norestore", "--nologo", "--nodefault", "--accept=pipe,name=%s;urp" % pipe]
    arguments.append("-env:UserInstallation=file://" + profile)
    silent = subprocess.DEVNULL
    # The group of processes, because soffice is a script that starts the program itself.
    return subprocess.Popen(["soffice"] + arguments, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)


def connect():
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    until = time.time() + 90
    while True:
        try:
            there = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        except NoConnectException:
            if time.time() > until:
                raise
            time.sleep(0.1)


def option(name, value):
    return PropertyValue(Name=name, Value=value)


office, desktop, document = None, None, None


def act(verb, *given):
    global office, desktop, document
    if verb == "open":
        if office is None:
            office, desktop = start(), None
            desktop = connect()
        how = [option("FilterName", "Text - txt - csv (StarCalc)"), option("FilterOptions", CSV)]
        options = how if given[0].endswith(".csv") else []
        document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(given[0]), "_blank", 0, tuple(options))
        if document is None:
            raise RuntimeError("not opened")
        if document.isReadonly():
            raise RuntimeError("opened read-only")
    elif verb == "type":
        sheet, cell, text = given
        document.Sheets.getByName(sheet).getCellRangeByName(cell).setString(text)
    elif verb == "save":
        document.store()
    elif verb == "save anyway":
        # Headless nobody is asked whether to save over what others have written since, and it is refused: as the button does.
        aside = uno.fileUrlToSystemPath(document.URL) + ".saving"
        how = tuple(each for each in document.Args if each.Name.startswith("Filter"))
        document.storeToURL(uno.systemPathToFileUrl(aside), how)
        os.replace(aside, uno.fileUrlToSystemPath(document.URL))
    elif verb == "close":
        document.close(True)
        document = None
    elif verb == "kill":
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()
        office, document = None, None
    else:
        raise RuntimeError("no such step: " + verb)


for line in sys.stdin:
    try:
        act(*json.loads(line))
        print("ok", flush=True)
    except Exception as error:
        print(str(error).strip().replace("\n", " ") or type(error).__name__, flush=True)
if office is not None:
    if document is not None:
        document.close(True)
    try:
        desktop.terminate()
        office.wait(20)
    except Exception:
        os.killpg(office.pid, signal.SIGKILL)
