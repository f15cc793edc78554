"""One plain English sentence per kind of fact: the claim that posts support or contradict."""

from __future__ import annotations

from linnet.simulator.world import Fact

CLAIMS = {
    "closure": "Bus {line} does not run between {a} and {b} until {until}.",
    "fare": "The day ticket costs {fare} from {since}.",
    "match": "{home} against {away} ended {score}.",
    "opening": "{spot} opens at {opens}.",
    "price": "A kilo of {good} costs {price} at {at}.",
    "event": "{event} is on {date}.",
    "vote": "The council vote on {measure} ended {tally}.",
    "incident": "{hurt} were hurt in {incident} near {where}.",
    "storm": "Storm {storm} peaked at {gust}.",
    "weather": "The high on {date} was {high}.",
    "gig": "A ticket for {band} at {stage} costs {ticket}.",
    "release": "{project} has {feature} since version {version}.",
    "patch": "{game} patch {patch} {change}.",
    "study": "The headline figure of {study} is {n}.",
    "book": "The book club on {title} meets on {date}.",
}


def claim_of(fact: Fact, wrong: bool = False) -> str:
    """What is true, or what misleading posts say instead."""
    values = fact.wrong_values("en") if wrong else fact.values["en"]
    text = CLAIMS[fact.kind].format(**values)
    return text[0].upper() + text[1:]
