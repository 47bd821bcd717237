package org.everbond.hci.serial.internal;

import java.util.Map;

/**
 * How a serial port is set; always 8 data bits, no parity, 1 stop bit (H4, Vol 4, Part A, 3).
 *
 * @param baudRate 1200..12000000
 * @param hardwareFlowControl RTS/CTS, which H4 asks for
 * @param dtr level of DTR while open
 * @param rts level of RTS while open, without hardware flow control
 */
record SerialOptions(int baudRate, boolean hardwareFlowControl, boolean dtr, boolean rts) {
    static final int DEFAULT_BAUD_RATE = 1_000_000;

    private static final int MIN_BAUD_RATE = 1200;
    private static final int MAX_BAUD_RATE = 12_000_000;

    static SerialOptions parse(Map<String, String> options) {
        int baudRate = DEFAULT_BAUD_RATE;
        boolean flow = true;
        boolean dtr = true;
        boolean rts = true;
        for (var option : options.entrySet()) {
            String value = option.getValue();
            switch (option.getKey()) {
                case "baud" -> baudRate = baudRate(value);
                case "flow" -> flow = choice("flow", value, "rtscts", "none");
                case "dtr" -> dtr = choice("dtr", value, "on", "off");
                case "rts" -> rts = choice("rts", value, "on", "off");
                default -> throw new IllegalArgumentException(
                        "transport=serial: has no option '" + option.getKey() + "'; it knows baud, flow, dtr and rts");
            }
        }
        if (options.containsKey("rts") && flow) {
            throw new IllegalArgumentException(
                    "option rts of transport=serial: needs flow=none, because flow=rtscts drives that line itself");
        }
        return new SerialOptions(baudRate, flow, dtr, rts);
    }

    private static int baudRate(String value) {
        int baudRate;
        try {
            baudRate = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            baudRate = -1;
        }
        if (baudRate < MIN_BAUD_RATE || baudRate > MAX_BAUD_RATE) {
            throw new IllegalArgumentException("option baud of transport=serial: is a number from " + MIN_BAUD_RATE + " to "
                    + MAX_BAUD_RATE + ", such as 115200 or 1000000, not '" + value + "'");
        }
        return baudRate;
    }

    private static boolean choice(String name, String value, String yes, String no) {
        if (!value.equals(yes) && !value.equals(no)) {
            throw new IllegalArgumentException(
                    "option " + name + " of transport=serial: is " + yes + " or " + no + ", not '" + value + "'");
        }
        return value.equals(yes);
    }
}
