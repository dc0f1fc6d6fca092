"""Says what the files of a node are to be, from its settings; writes them, and compares them with the stored ones."""

import stat
from dataclasses import dataclass
from pathlib import Path

from callcenter.kit.errors import CannotBeginError
from callcenter.telephony.asterisk.drift import Difference, StoredFile, differences
from callcenter.telephony.asterisk.provision import (
    NetworkConfig,
    NodeConfig,
    TrunkConfig,
    node_files,
    write_node,
)
from callcenter.telephony.settings import NodeSettings, SwitchSettings


@dataclass(frozen=True, slots=True)
class NodeFiles:
    """The files of one node, as its settings ask for them."""

    config: NodeConfig
    directory: Path

    @property
    def trunks(self) -> list[str]:
        """Returns the names of the trunks that the switch is to have."""
        return [trunk.name for trunk in (self.config.trunk, *(self.config.entered or ())) if trunk]

    def drift(self) -> list[Difference]:
        """Compares the stored files with the wanted ones. Raises CannotBeginError where a setting cannot be written."""
        try:
            wanted = node_files(self.config, self.directory)
        except ValueError as error:
            raise _cannot_be_written(error) from None
        stored = {name: _stored(self.directory / name) for name in wanted if (self.directory / name).is_file()}
        return differences(wanted, stored)

    def write(self) -> None:
        """Writes all files. Raises CannotBeginError where a setting cannot be written."""
        try:
            write_node(self.config, self.directory)
        except ValueError as error:
            raise _cannot_be_written(error) from None
        except OSError as error:
            raise CannotBeginError(
                f"{self.directory} cannot be written ({error.strerror}): correct its rights"
            ) from None


def files_of(node: str, modules: Path, data: Path, entered: tuple[TrunkConfig, ...] | None = None) -> NodeFiles:
    """Returns the files of a node for an Asterisk whose modules and data are there. Raises CannotBeginError.

    ``entered``: the trunks of the database; None where it is not asked.
    """
    own, switch = NodeSettings(), SwitchSettings()
    if not own.trunk_host and not entered and entered is not None:
        raise CannotBeginError(
            "the switch has no trunk: set CALLCENTER_NODE_TRUNK_HOST, or enter one on the page Lines"
        )
    config = NodeConfig(
        modules=modules,
        data=data,
        spool_dir=switch.spool_dir.absolute(),
        ami_port=switch.ami_port,
        ami_user=switch.ami_user,
        ami_secret=switch.ami_secret.get_secret_value(),
        http_port=own.websocket_port,
        sip_port=own.sip_port,
        rtp_first=own.rtp_first,
        rtp_last=own.rtp_last,
        phones={extension: switch.phone_password(node, extension) for extension in own.extensions},
        trunk=_trunk_of(own, switch.trunk) if own.trunk_host else None,
        entered=entered,
        network=NetworkConfig(
            bind=own.bind,
            external=own.external,
            certificate=own.certificate,
            certificate_key=own.certificate_key,
            tls_port=own.tls_port,
            sip_tls_port=own.sip_tls_port,
            authorities=own.authorities,
        ),
    )
    return NodeFiles(config, own.folder.absolute() / node)


def _trunk_of(settings: NodeSettings, name: str) -> TrunkConfig:
    return TrunkConfig(
        name=name,
        host=settings.trunk_host,
        port=settings.trunk_port,
        user=settings.trunk_user,
        password=settings.trunk_password.get_secret_value(),
    )


def _stored(path: Path) -> StoredFile:
    return StoredFile(path.read_text(errors="replace"), stat.S_IMODE(path.stat().st_mode))


def _cannot_be_written(error: ValueError) -> CannotBeginError:
    return CannotBeginError(f"the switch's files cannot be written from these settings: {error}")
