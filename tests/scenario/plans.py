"""A scenario as small as one can be."""

MINIMAL = """\
start_date: 2018-01-01
end_date: 2018-12-31
seed: 1
replications: 4
total: 220 M yuan
targets: {incidence: 2.41 %, people: 13798, households: 3520, villages: 13}
earmarked: {relocation: 4400 万元}
floors: {housing: 400 万元}
allocations:
  even:
    shares: {industry: 50 %, housing: 0.5}
  works_first:
    shares: {infrastructure: 3/4, housing: 1/4}
    tilt: {default: 0.5, infrastructure: 70 %}
"""
