package org.everbond.hci.virtual.internal;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.everbond.hci.AclPacket;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.Faults;

/** Stands between host and controller and does there what was asked for. */
final class FaultInjection implements Faults {
    private final Controller controller;
    private final Map<Integer, Runnable> answers = new HashMap<>();
    private final ArrayDeque<byte[]> overtaken = new ArrayDeque<>();
    private PacketRule toHost = Verdict::pass;
    private PacketRule fromHost = Verdict::pass;
    private int eventToHold = -1;
    private boolean completedPacketsWithheld;
    private boolean broken;
    /** Counts how often the power went: what was under way then is gone. */
    private long powered;

    FaultInjection(Controller controller) {
        this.controller = controller;
    }

    // --- the way of packets ------------------------------------------------------------------------------------

    void fromHost(byte[] packet) {
        pass(fromHost, packet, this::carryOut);
    }

    private void carryOut(byte[] packet) {
        int opCode = packet.length >= 4 && packet[0] == HciCommand.INDICATOR
                ? packet[1] & 0xff | (packet[2] & 0xff) << 8
                : -1;
        if (broken) {
            if (opCode != OpCode.RESET.value()) {
                return;
            }
            broken = false;
        }
        var answer = answers.get(opCode);
        if (answer != null) {
            answer.run();
        } else {
            controller.carryOut(packet);
        }
    }

    void toHost(byte[] packet) {
        if (broken) {
            return;
        }
        if (isEvent(packet, eventToHold)) {
            eventToHold = -1;
            overtaken.add(packet);
            return;
        }
        pass(toHost, packet, controller::toHost);
        if (packet[0] == AclPacket.INDICATOR) {
            while (!overtaken.isEmpty()) {
                pass(toHost, overtaken.poll(), controller::toHost);
            }
        }
    }

    private static boolean isEvent(byte[] packet, int code) {
        if (code < 0 || packet[0] != HostOutput.EVENT) {
            return false;
        }
        return code > 0xff
                ? packet[1] == EventCode.LE_META && packet[3] == (byte) code
                : packet[1] == (byte) code;
    }

    private void pass(PacketRule rule, byte[] packet, Consumer<byte[]> on) {
        var verdict = rule.decide(packet);
        for (var each : verdict.packets()) {
            if (verdict.delay().isZero()) {
                on.accept(each);
            } else {
                long sentIn = powered;
                controller.loop().schedule(verdict.delay(), () -> {
                    if (powered == sentIn) {
                        on.accept(each);
                    }
                });
            }
        }
    }

    boolean completedPacketsWithheld() {
        return completedPacketsWithheld;
    }

    void powerOff() {
        overtaken.clear();
        powered++;
        broken = false;
    }

    // --- requests ----------------------------------------------------------------------------------------------

    private void onLoop(Runnable task) {
        if (controller.loop().inLoop()) {
            task.run();
        } else {
            controller.loop().execute(task);
        }
    }

    @Override
    public void toHost(PacketRule rule) {
        onLoop(() -> toHost = rule);
    }

    @Override
    public void fromHost(PacketRule rule) {
        onLoop(() -> fromHost = rule);
    }

    @Override
    public void ignore(int opCode) {
        onLoop(() -> answers.put(opCode, () -> {}));
    }

    @Override
    public void answer(int opCode, int status) {
        onLoop(() -> answers.put(opCode, () -> controller.commands().answer(opCode, status)));
    }

    @Override
    public void answerRaw(int opCode, byte[]... packets) {
        var all = List.of(packets);
        onLoop(() -> answers.put(opCode, () -> all.forEach(controller::toHost)));
    }

    @Override
    public void withholdCredits() {
        onLoop(() -> controller.out().credits(0));
    }

    @Override
    public void nop(int credits) {
        onLoop(() -> {
            controller.out().credits(1);
            controller.toHost(HostOutput.packet(
                    EventCode.COMMAND_COMPLETE, new Octets().u8(credits).u16(OpCode.NOP.value())));
        });
    }

    @Override
    public void eventAfterAcl(int eventCode) {
        onLoop(() -> eventToHold = eventCode);
    }

    @Override
    public void inject(byte[] packet) {
        onLoop(() -> controller.toHost(packet));
    }

    @Override
    public void withholdCompletedPackets(boolean withhold) {
        onLoop(() -> completedPacketsWithheld = withhold);
    }

    @Override
    public void cutAfter(int pdus) {
        onLoop(() -> controller.connections().all().forEach(end -> end.link().cutAfter(pdus)));
    }

    @Override
    public void injectPlain(int handle, byte[] data) {
        onLoop(() -> controller.connections().all().stream()
                .filter(end -> end.handle() == handle)
                .forEach(end -> end.transmit(null, peer -> peer.acl().receive(true, data), () -> {})));
    }

    @Override
    public void hardwareError(int code) {
        onLoop(() -> {
            controller.out().hardwareError(code);
            broken = true;
        });
    }

    @Override
    public void clear() {
        onLoop(() -> {
            toHost = Verdict::pass;
            fromHost = Verdict::pass;
            answers.clear();
            controller.out().credits(1);
            eventToHold = -1;
            while (!overtaken.isEmpty()) {
                controller.toHost(overtaken.poll());
            }
            completedPacketsWithheld = false;
            broken = false;
        });
    }
}
