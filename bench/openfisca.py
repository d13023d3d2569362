"""How many simple households OpenFisca answers in a second on the same machine: the field's vectorised rate, beside that of `bench.space`.

    python -m venv of && of/bin/pip install openfisca-core openfisca-country-template && of/bin/python bench/openfisca.py

It is no dependency of this project: run it in an environment of its own. One person a household, a random salary, one month; the time of
the calculation alone, the least of three runs.
"""

from time import perf_counter

import numpy
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem

HOUSEHOLDS = 1_000_000
MONTH = "2017-01"


def simulation(system):
    """So many households of one adult."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", numpy.arange(HOUSEHOLDS))
    household = builder.declare_entity("household", numpy.arange(HOUSEHOLDS))
    builder.join_with_persons(household, numpy.arange(HOUSEHOLDS), roles=numpy.array(["adult"] * HOUSEHOLDS))
    built = builder.build(system)
    built.set_input("salary", MONTH, numpy.random.default_rng(1).integers(0, 5000, HOUSEHOLDS).astype(float))
    return built


def main():
    """Measure and print."""
    system = CountryTaxBenefitSystem()
    for variable in ("income_tax", "disposable_income"):
        best = float("inf")
        for _ in range(3):
            built = simulation(system)
            start = perf_counter()
            built.calculate(variable, MONTH)
            best = min(best, perf_counter() - start)
        print(f"{variable}: {HOUSEHOLDS / best:,.0f} households a second")


if __name__ == "__main__":
    main()
