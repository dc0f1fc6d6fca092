"""Serves the nodes and their agents over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.agents.nodes import AgentNodes
from callcenter.agents.schemas import CloseNodeBody, NodeOut
from callcenter.health.nodes import NodeService
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/nodes", tags=["nodes"])

Nodes = Annotated[NodeService, provided(NodeService)]
Listed = Annotated[AgentNodes, provided(AgentNodes)]


@router.get("", dependencies=[require(Right.OPERATE, Right.VIEW_AUDIT)])
async def list_nodes(work: Working, nodes: Listed) -> list[NodeOut]:
    """Lists the nodes, how many agents are logged on at each, and how its engine keeps up."""
    return [NodeOut.of(card) for card in await nodes.list(work)]


@router.post("/{name}/close", status_code=204, dependencies=[require(Right.OPERATE)])
async def close_node(work: Working, nodes: Nodes, name: str, body: CloseNodeBody) -> None:
    """Takes a node out of use: agents who log on get another one; those who are logged on there stay."""
    await nodes.close(work, name, body.reason)


@router.post("/{name}/open", status_code=204, dependencies=[require(Right.OPERATE)])
async def open_node(work: Working, nodes: Nodes, name: str) -> None:
    """Takes a node into use again."""
    await nodes.open(work, name)
