package org.everbond.host.internal;

import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ReturnParameters.AclBuffers;
import org.everbond.hci.ReturnParameters.LocalVersion;
import org.everbond.hci.SupportedCommands;
import org.everbond.host.ControllerInfo;

/**
 * What start-up learned of the controller.
 *
 * @param extended whether the extended family of advertising, scanning and connecting commands is used
 * @param resolvingListSize how many peers fit in its resolving list; 0 when it has none
 */
record Controller(
        LocalVersion version,
        SupportedCommands commands,
        long leFeatures,
        DeviceAddress publicAddress,
        AclBuffers buffers,
        boolean extended,
        int resolvingListSize) {
    ControllerInfo info() {
        return new ControllerInfo(
                publicAddress, version.hciVersion(), version.company(), extended, buffers.length(), buffers.count());
    }
}
