package org.everbond.hci.serial.internal;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Opens serial ports, and says in one sentence why one cannot be opened. */
final class SerialPorts {
    private static final int READ_PATIENCE_MS = 500;
    private static final int DATA_BITS = 8;

    // Error numbers that are the same on Linux and macOS.
    private static final int EACCES = 13;
    private static final int EBUSY = 16;
    private static final int EAGAIN_LINUX = 11;
    private static final int EAGAIN_MAC = 35;

    /** What this process has open, only to tell people: it is the operating system that keeps others out. */
    private static final Map<SerialPort, String> OPEN = new ConcurrentHashMap<>();

    static {
        // A second class loader (an updated bundle) could not load the same native file again.
        presetProperty("jSerialComm.library.randomizeNativeName", "true");
        presetProperty("fazecast.jSerialComm.appid", "everbond");
    }

    private SerialPorts() {}

    private static void presetProperty(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    static SerialPort open(String place, SerialOptions options) throws IOException {
        try {
            return openPort(place, options);
        } catch (LinkageError failure) {
            throw new IOException("the native library for serial ports cannot be loaded (" + failure.getMessage()
                    + "); start Java with -Djava.io.tmpdir= and a folder that is writable and not mounted noexec", failure);
        }
    }

    private static SerialPort openPort(String place, SerialOptions options) throws IOException {
        if (place.startsWith("/") && !Files.exists(Path.of(place))) {
            throw notThere(place, null);
        }
        SerialPort port;
        try {
            port = SerialPort.getCommPort(place);
        } catch (SerialPortInvalidPortException failure) {
            throw notThere(place, failure);
        }
        configure(port, options);
        // On a pseudo terminal an error code is left behind although the port is open: only the result counts.
        if (!port.openPort()) {
            throw new IOException(whyNot(place, port.getLastErrorCode()));
        }
        OPEN.put(port, identity(place));
        return port;
    }

    /** A port of this process that is closed now. */
    static void closed(SerialPort port) {
        OPEN.remove(port);
    }

    /** One port may have several names, such as those below {@code /dev/serial/by-id}. */
    private static String identity(String place) {
        try {
            return Path.of(place).toRealPath().toString();
        } catch (IOException | InvalidPathException e) {
            return place;
        }
    }

    private static void configure(SerialPort port, SerialOptions options) {
        port.setComPortParameters(options.baudRate(), DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
        port.setFlowControl(options.hardwareFlowControl()
                ? SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED
                : SerialPort.FLOW_CONTROL_DISABLED);
        port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_PATIENCE_MS, 0);
        if (options.dtr()) {
            port.setDTR();
        } else {
            port.clearDTR();
        }
        if (!options.hardwareFlowControl()) {
            if (options.rts()) {
                port.setRTS();
            } else {
                port.clearRTS();
            }
        }
    }

    private static IOException notThere(String place, Exception cause) {
        var ports = Arrays.stream(SerialPort.getCommPorts())
                .map(SerialPort::getSystemPortPath)
                .sorted()
                .collect(Collectors.joining(", "));
        return new IOException(
                "there is no serial port " + place + "; plug the controller in or correct the name ("
                        + (ports.isEmpty() ? "no serial port is there" : "there is " + ports) + ")",
                cause);
    }

    private static String whyNot(String place, int error) {
        var path = Path.of(place);
        boolean file = place.startsWith("/");
        if (file && (Files.isRegularFile(path) || Files.isDirectory(path))) {
            return place + " is not a serial port; correct the name";
        }
        if (error == EACCES || file && !(Files.isReadable(path) && Files.isWritable(path))) {
            return "the serial port " + place + " may not be opened by this user; " + admission(path);
        }
        if (OPEN.containsValue(identity(place))) {
            return "the serial port " + place + " is in use by another adapter of this gateway; give each one a port of its own";
        }
        if (error == EBUSY || error == EAGAIN_LINUX || error == EAGAIN_MAC) {
            return "the serial port " + place + " is in use by another process; end that one";
        }
        return "the serial port " + place + " cannot be opened (system error " + error
                + "); check that it is a serial port and not in use";
    }

    /** How the user gets in: by the group of the port, if that helps. */
    private static String admission(Path path) {
        try {
            var port = Files.readAttributes(path, PosixFileAttributes.class);
            if (port.permissions().containsAll(Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE))) {
                return "add the user to the group " + port.group().getName() + " and log in again";
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            // said in general
        }
        return "change its owner or its mode";
    }
}
