"""The texts that write the graph: one for each kind of node and each type of relationship. No text is ever put together.

Values go in as parameters only. `rows` are maps of properties for a node, `[start, end, properties]` for a relationship.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

NODES: Mapping[str, LiteralString] = {
    "country": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Country, n = row",
    "mechanism": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Mechanism, n = row",
    "source": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Source, n = row",
    "requirement": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Requirement, n = row",
    "stakeholder": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Stakeholder, n = row",
    "mandate": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Mandate, n = row",
    "stage": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Stage, n = row",
    "permit": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Permit, n = row",
    "gap": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Gap, n = row",
    "question": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Question, n = row",
    "channel": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Channel, n = row",
    "network": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Network, n = row",
    "agreement": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Agreement, n = row",
    "corridor": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Corridor, n = row",
    "deadline": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Deadline:Detail, n = row",
    "contact": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:ContactPoint:Detail, n = row",
    "emergency": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:EmergencyNumber:Detail, n = row",
    "function": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Function, n = row",
    "territory": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:Territory, n = row",
    "canonical": "UNWIND $rows AS row MERGE (n:Thing {key: row.key}) SET n:CanonicalStage, n = row",
}

EDGES: Mapping[str, LiteralString] = {
    "BASED_IN": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:BASED_IN]->(b)",
    "BINDS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:BINDS]->(b)",
    "COORDINATED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:COORDINATED_BY]->(b)",
    "COVERS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:COVERS]->(b)",
    "DECIDED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:DECIDED_BY]->(b) SET r = row[2]",
    "FROM": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:FROM]->(b)",
    "HAS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:HAS]->(b)",
    "HAS_DEADLINE": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:HAS_DEADLINE]->(b)",
    "HOLDS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:HOLDS]->(b)",
    "IS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:IS]->(b)",
    "LACKS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:LACKS]->(b)",
    "LED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:LED_BY]->(b)",
    "MAPS_TO": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:MAPS_TO]->(b)",
    "MET_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:MET_BY]->(b)",
    "NEXT": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:NEXT]->(b) SET r = row[2]",
    "OWES": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:OWES]->(b)",
    "PART_OF": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:PART_OF]->(b) SET r = row[2]",
    "PERFORMS": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:PERFORMS]->(b)",
    "REACHED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:REACHED_BY]->(b)",
    "REFERS_TO": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:REFERS_TO]->(b) SET r = row[2]",
    "REQUIRES": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:REQUIRES]->(b)",
    "STATED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:STATED_BY]->(b) SET r = row[2]",
    "SUCCEEDED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:SUCCEEDED_BY]->(b) SET r = row[2]",
    "SUPPORTED_BY": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:SUPPORTED_BY]->(b)",
    "TO": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:TO]->(b)",
    "USES": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) CREATE (a)-[r:USES]->(b)",
    "WITHIN": "UNWIND $rows AS row MATCH (a:Thing {key: row[0]}) MATCH (b:Thing {key: row[1]}) MERGE (a)-[r:WITHIN]->(b)",
}

FORGET: tuple[LiteralString, ...] = (
    "UNWIND $rows AS key MATCH (d:Detail {of: key}) DETACH DELETE d",
    "UNWIND $rows AS key MATCH (:Thing {key: key})-[:HAS]->(:Mechanism)-[r:COORDINATED_BY|DECIDED_BY|STATED_BY]->() DELETE r",
    """UNWIND $rows AS key MATCH (:Thing {key: key})-[r]->()
    WHERE NOT type(r) IN ['HOLDS', 'REFERS_TO'] AND NOT (type(r) = 'PART_OF' AND r.as IN ['member', 'network']) DELETE r""",
    "UNWIND $rows AS key MATCH (n:Thing {key: key})<-[r:HAS|HOLDS|PART_OF]-() WHERE type(r) <> 'PART_OF' OR r.as = 'member' OR n:Network DELETE r",
    "UNWIND $rows AS key MATCH ()-[r:REFERS_TO {key: key}]->() DELETE r",
)
"""What takes away all that some records state, and leaves what others state of their things."""

REMOVE: tuple[LiteralString, ...] = (
    "UNWIND $rows AS key MATCH (:Country {key: key})-[:HAS]->(m:Mechanism) DETACH DELETE m",
    "UNWIND $rows AS key MATCH (n:Thing {key: key}) DETACH DELETE n",
)
"""What takes the things themselves away."""

CLEAR: LiteralString = "MATCH (n:Thing) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone"
"""What empties the graph, so much at a time."""
