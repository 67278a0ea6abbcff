from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="open() without an encoding reads UTF-8 in dev and Latin-1 in prod",
    kind="environment",
    frame="team",
    silent=True,
    story="A table of names is read with open(), which asks the locale how files are encoded. Dev's image uses "
    "UTF-8; prod runs with an older locale, and reads each ® as two characters. Latin-1 has a character for every "
    "byte, so nothing fails: the encoder no longer knows any of the names, and ignores names that it does not know.",
    source="https://github.com/blingenf/copydetect/pull/24 https://github.com/inspirehep/magpie/pull/122",
    caught_by="gate",
    checks=("system",),
    fix='encoding="utf-8" wherever a text file is opened; PYTHONWARNDEFAULTENCODING=1 finds the places',
    hint="print ascii() of one name on both sides",
    model=False,
    fixed_on="both",
)
