package org.everbond.agent.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The options of a headless agent; read and checked by {@link AgentSettings}. */
@ObjectClassDefinition(
        name = "Everbond headless agent",
        description = "Answers for a gateway without people when a device wants to pair: with a passkey or out of band data that was "
                + "agreed on before. One configuration for each device, or one for all.")
public @interface AgentConfiguration {
    @AttributeDefinition(
            name = "Adapters",
            description = "Names of the adapters that it answers on, with commas between them. Empty: all.",
            required = false)
    String adapter() default "";

    @AttributeDefinition(
            name = "Peers",
            description = "Addresses of the devices that it answers for, such as C0:FF:EE:00:00:01/random, with commas between them: the "
                    + "address that a device comes with, or the identity address of its bond. Empty: every device.",
            required = false)
    String peer() default "";

    @AttributeDefinition(
            name = "Ranking",
            description = "Of several agents that answer for a device the one with the highest ranking is asked, -1000..1000. Default: "
                    + "1 for named devices, 0 for all.",
            required = false)
    String ranking() default "";

    @AttributeDefinition(
            name = "Passkey",
            description = "Six digits to give when the device shows a passkey or has one on its label, and to expect when the device's user "
                    + "types one (io=display-only). One that stays the same can be "
                    + "guessed bit by bit, and whoever has seen it once can pretend to be the device.",
            type = AttributeType.PASSWORD,
            required = false)
    String passkey() default "";

    @AttributeDefinition(
            name = "File of the passkey",
            description = "A file that holds the passkey instead. A relative path lies in the data folder. Let nobody else read it.",
            required = false)
    String passkey_file() default "";

    @AttributeDefinition(
            name = "Out of band data",
            description = "What the device gave by another way than Bluetooth, such as NFC: AD structures as hexadecimal digits. Whoever "
                    + "has it can pretend to be the device.",
            type = AttributeType.PASSWORD,
            required = false)
    String oob() default "";

    @AttributeDefinition(
            name = "File of the out of band data",
            description = "A file that holds it instead. A relative path lies in the data folder. Let nobody else read it.",
            required = false)
    String oob_file() default "";

    @AttributeDefinition(
            name = "Numbers",
            description = "What to say when two numbers are to be compared, which only people can: refuse, or accept unseen. Then there is "
                    + "no protection against a man in the middle, although the bond looks as if there were.",
            options = {@Option(label = "refuse", value = "refuse"), @Option(label = "accept", value = "accept")},
            required = false)
    String number() default "refuse";

    @AttributeDefinition(
            name = "Just Works",
            description = "Whether to pair without protection against a man in the middle: refuse or accept.",
            options = {@Option(label = "refuse", value = "refuse"), @Option(label = "accept", value = "accept")},
            required = false)
    String justWorks() default "refuse";

    @AttributeDefinition(
            name = "Pairings that the device begins",
            description = "Whether a device without a bond may begin a pairing at all, while the adapter lets devices bond.",
            options = {@Option(label = "refuse", value = "refuse"), @Option(label = "accept", value = "accept")},
            required = false)
    String authorize() default "accept";

    @AttributeDefinition(
            name = "Replace a bond",
            description = "What to say when a bond would be replaced and the adapter asks for that (bond.replace=ask).",
            options = {@Option(label = "refuse", value = "refuse"), @Option(label = "accept", value = "accept")},
            required = false)
    String replace() default "refuse";

    @AttributeDefinition(
            name = "IO capability",
            description = "What to tell the device that can be done here, and so which method is used: no-input-no-output, display-only, "
                    + "display-yes-no, keyboard-only or keyboard-display. Default: what the other options can answer.",
            required = false)
    String io() default "";
}
