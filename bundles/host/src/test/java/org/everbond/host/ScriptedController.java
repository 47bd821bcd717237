package org.everbond.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.SupportedCommands;
import org.everbond.hci.spi.HciTransport;

/** A controller that answers what the test says, and by default as a plain LE controller of 4.0 does. */
final class ScriptedController implements HciTransport {
    private final EventLoop loop;
    final List<String> commands = new ArrayList<>();
    final List<byte[]> data = new ArrayList<>();
    private final Map<Integer, Function<HciCommand, List<String>>> script = new HashMap<>();
    Host host;
    List<OpCode> supported = new ArrayList<>(List.of(OpCode.values()).stream()
            .filter(opCode -> opCode.value() < 0x2020 && opCode.supportedOctet() >= 0)
            .toList());
    int credits = 1;

    ScriptedController(EventLoop loop) {
        this.loop = loop;
    }

    /** Events in hex, without spaces; an empty list for silence. */
    void on(OpCode opCode, Function<HciCommand, List<String>> answer) {
        script.put(opCode.value(), answer);
    }

    void status(OpCode opCode, int status) {
        on(opCode, command -> List.of(complete(command.opCode(), String.format("%02x", status))));
    }

    void silent(OpCode opCode) {
        on(opCode, command -> List.of());
    }

    void normal(OpCode opCode) {
        script.remove(opCode.value());
    }

    String complete(int opCode, String parameters) {
        return String.format("040e%02x%02x%02x%02x", 3 + parameters.length() / 2, credits, opCode & 0xff, opCode >> 8) + parameters;
    }

    String commandStatus(int opCode, int status) {
        return String.format("040f04%02x%02x%02x%02x", status, credits, opCode & 0xff, opCode >> 8);
    }

    void inject(String hex) {
        var packet = HexFormat.of().parseHex(hex.replace(" ", ""));
        loop.execute(() -> host.received(packet));
    }

    int count(OpCode opCode) {
        return (int) commands.stream().filter(command -> command.equals(opCode.text())).count();
    }

    @Override
    public void open(Receiver receiver) {}

    @Override
    public void send(byte[] packet) {
        if (packet[0] != HciCommand.INDICATOR) {
            data.add(packet);
            return;
        }
        var command = HciCommand.parse(packet);
        commands.add(OpCode.of(command.opCode()).map(OpCode::text).orElse("?"));
        script.getOrDefault(command.opCode(), this::normalAnswer).apply(command).forEach(this::inject);
    }

    private List<String> normalAnswer(HciCommand command) {
        var opCode = OpCode.of(command.opCode());
        if (opCode.isEmpty()) {
            return List.of();
        }
        switch (opCode.get()) {
            case READ_LOCAL_VERSION_INFORMATION:
                return List.of(complete(command.opCode(), "00" + "06" + "0000" + "06" + "0f00" + "0000"));
            case READ_LOCAL_SUPPORTED_COMMANDS:
                return List.of(complete(
                        command.opCode(), "00" + HexFormat.of().formatHex(SupportedCommands.of(supported).octets())));
            case READ_LOCAL_SUPPORTED_FEATURES:
                return List.of(complete(command.opCode(), "00" + "0000000060000000"));
            case READ_BD_ADDR:
                return List.of(complete(command.opCode(), "00" + "665544332211"));
            case LE_READ_BUFFER_SIZE:
                return List.of(complete(command.opCode(), "00" + "1b00" + "04"));
            case LE_READ_LOCAL_SUPPORTED_FEATURES:
                return List.of(complete(command.opCode(), "00" + "0100000000000000"));
            case READ_BUFFER_SIZE:
                return List.of(complete(command.opCode(), "00" + "f002" + "00" + "0500" + "0000"));
            case LE_CREATE_CONNECTION:
            case DISCONNECT:
            case LE_ENABLE_ENCRYPTION:
            case LE_CONNECTION_UPDATE:
                return List.of(commandStatus(command.opCode(), 0));
            default:
                return List.of(complete(command.opCode(), "00"));
        }
    }

    @Override
    public void close() {}
}
