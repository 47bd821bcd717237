package org.everbond.adapter.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The options of an adapter; read and checked by {@link Settings}. */
@ObjectClassDefinition(
        name = "Everbond Bluetooth LE adapter",
        description = "One configuration makes one adapter: a controller, a store of bonds, and the service Adapter. "
                + "Only 'transport' is needed.")
public @interface AdapterConfiguration {
    @AttributeDefinition(
            name = "Name",
            description = "What the adapter is called in the shell, in events and as the service property 'adapter'. "
                    + "Default: the name behind the last ~ of the PID.",
            required = false)
    String name() default "";

    @AttributeDefinition(
            name = "Transport",
            description = "Where the controller is: serial:/dev/ttyUSB0?baud=1000000, tcp:host:port, unix:path or "
                    + "virtual:air. A port that is not there yet is waited for.")
    String transport() default "";

    @AttributeDefinition(
            name = "Store",
            description = "Where the bonds are kept: file:path, flash:path, nvs:path or memory:, or encrypted "
                    + "sealed:file:path?keystore=path&passwordFile=path. A relative path lies in the data folder. "
                    + "memory: forgets all bonds when the gateway stops. Default: file:<name>.tlv. When it is changed, also while "
                    + "the gateway is off, the bonds come along.",
            required = false)
    String store() default "";

    @AttributeDefinition(
            name = "Without a store",
            description = "What happens to a new bond while the store has no backend. wait: the pairing goes on and ends when a backend has the "
                    + "bond, after at most 'store.wait'. refuse: no pairing begins.",
            options = {@Option(label = "wait", value = "wait"), @Option(label = "refuse", value = "refuse")},
            required = false)
    String store_absent() default "wait";

    @AttributeDefinition(
            name = "Wait for a store",
            description = "Seconds that a new bond waits for a backend, 0..20.",
            required = false)
    int store_wait() default 20;

    @AttributeDefinition(
            name = "Trace of the store",
            description = "Writes each get, store, delete and commit of the store with the tag's name, size, result and duration "
                    + "into the log, logger org.everbond.tlv.trace. values: also what is stored; whoever reads the log has the "
                    + "keys then. Can be changed at any time.",
            options = {
                @Option(label = "off", value = "off"),
                @Option(label = "on", value = "on"),
                @Option(label = "values", value = "values")
            },
            required = false)
    String store_trace() default "off";

    @AttributeDefinition(
            name = "Slots",
            description = "How many LE device slots BTstack scans in a store that it shares with us, 0..256 (its ports: 16). "
                    + "More bonds are kept where only Everbond sees them.",
            required = false)
    int btstack_slots() default 16;

    @AttributeDefinition(
            name = "Entry size",
            description = "Octets of a new LE device entry in BTstack's layout. as-found: as those that are in the store; where "
                    + "there are none, 60 in an ESP32's NVS partition and 100 elsewhere. 60: for a BTstack that is built without signed writes, 100: for one that is built with "
                    + "them. On an ESP32 BTstack reads entries of its own size only.",
            options = {
                @Option(label = "as found", value = "as-found"),
                @Option(label = "60", value = "60"),
                @Option(label = "100", value = "100")
            },
            required = false)
    String btstack_entrySize() default "as-found";

    @AttributeDefinition(
            name = "Places for Classic link keys",
            description = "How many places of BTstack's Classic link key DB are filled in a store that it shares with us, 1..256 (its "
                    + "ports: 16). Keys in the places behind are kept and listed all the same.",
            required = false)
    int btstack_linkKeys() default 16;

    @AttributeDefinition(
            name = "Capacity",
            description = "How many bonds are kept, 1..100000. Beyond, the bond that was not used for longest makes room for a new one; "
                    + "never a pinned or connected one, one that a service EvictionGuard keeps, or an authenticated one for one "
                    + "that is not: then the new pairing fails. Less where the store has less room.",
            required = false)
    int bond_capacity() default 4096;

    @AttributeDefinition(
            name = "Bondable",
            description = "off: peers bond only in a window that somebody opens (command bondable), or when we pair by ourselves. A number: "
                    + "for so many seconds, 1..86400, once the adapter is up after a start or a change of this option; so whoever can "
                    + "have the gateway restarted can bond. on: any peer may bond at any time, also a stranger's in the street; do not "
                    + "leave this on.",
            required = false)
    String bondable() default "off";

    @AttributeDefinition(
            name = "Methods",
            description = "What a new pairing may use: some of just-works, numeric-comparison, passkey-entry, out-of-band, with commas "
                    + "between them. Empty (the default): all. Somebody in the middle can lead two people into different methods and "
                    + "have one of them type the number that the other one compares; where only one of the two is allowed, that "
                    + "fails. Existing bonds work on.",
            required = false)
    String pairing_methods() default "";

    @AttributeDefinition(
            name = "Just Works without an agent",
            description = "What to answer when a peer asks for pairing by Just Works, which does not protect against a man in the "
                    + "middle, and no agent is there: refuse, or accept while bondable.",
            options = {@Option(label = "refuse", value = "refuse"), @Option(label = "accept", value = "accept")},
            required = false)
    String pairing_justWorks() default "refuse";

    @AttributeDefinition(
            name = "Minimum level",
            description = "Level of LE security mode 1 that a new bond must reach: 2 encrypted, 3 authenticated, 4 authenticated "
                    + "Secure Connections. At level 2 nobody knows with whom the gateway has paired: somebody in between may read and "
                    + "change everything, then and ever after. Existing bonds work on.",
            required = false)
    int bond_minimumLevel() default 2;

    @AttributeDefinition(
            name = "Minimum key size",
            description = "Encryption key size in octets that a new pairing must reach, 7..16. Below 16 the key can be guessed.",
            required = false)
    int bond_minimumKeySize() default 16;

    @AttributeDefinition(
            name = "Replace a bond",
            description = "Whether a bonded peer may pair again: same-or-stronger (never by a weaker bond); ask: likewise, and an "
                    + "agent has to allow it, so that without an agent it is refused; never before its bond is forgotten. With "
                    + "same-or-stronger, whoever comes with the address of a peer that was bonded by Just Works can take its place.",
            options = {
                @Option(label = "same-or-stronger", value = "same-or-stronger"),
                @Option(label = "ask", value = "ask"),
                @Option(label = "never", value = "never")
            },
            required = false)
    String bond_replace() default "same-or-stronger";

    @AttributeDefinition(
            name = "Lost bond",
            description = "What to do when a bonded peer has lost its key. report: an event, the bond stays, people decide. repair: "
                    + "when it says that it has no key, or begins a pairing anew, pair with it again, bondable or not, never more "
                    + "weakly than before. A peer with another key is only reported: that is what an impostor looks like. An attacker "
                    + "can also pretend to have lost the key: with repair, one that sends the address of a peer that was bonded by "
                    + "Just Works can take its place.",
            options = {@Option(label = "report", value = "report"), @Option(label = "repair", value = "repair")},
            required = false)
    String bond_lost() default "report";

    @AttributeDefinition(
            name = "Legacy pairing",
            description = "Whether new bonds may be made by LE legacy pairing, which devices before Bluetooth 4.2 need: refuse or "
                    + "accept; only refuses LE Secure Connections as well, for tests of such devices. Whoever records such a pairing computes its keys within a second, with or without a passkey, and "
                    + "reads everything from then on; only out of band data protects it. Legacy bonds that exist work on either way.",
            options = {@Option(label = "refuse", value = "refuse"), @Option(label = "accept", value = "accept"),
                @Option(label = "only, for tests", value = "only")},
            required = false)
    String pairing_legacy() default "refuse";

    @AttributeDefinition(
            name = "Secure Connections Only Mode",
            description = "Only authenticated LE Secure Connections with 16 octets (level 4) is good enough, for new pairings and for "
                    + "bonds that exist: those that are weaker are kept, but their peers cannot connect encrypted any more "
                    + "until they pair again by Numeric Comparison, a passkey or out of band data.",
            required = false)
    boolean security_scOnlyMode() default false;

    @AttributeDefinition(
            name = "Rules",
            description = "The edition of the Core Specification that bonds are judged by. 6.2: legacy Passkey Entry does not count "
                    + "as authenticated, since its passkey can be computed from a recording. 5.4: it does. Bonds that exist work on; "
                    + "their level is judged anew when they are loaded.",
            options = {@Option(label = "6.2", value = "6.2"), @Option(label = "5.4", value = "5.4")},
            required = false)
    String security_rules() default "6.2";

    @AttributeDefinition(
            name = "Fixed passkey",
            description = "Six digits that are displayed instead of random ones whenever this adapter shows a passkey, for a gateway "
                    + "whose passkey is printed on it. Weak: each failed attempt tells an attacker one of its 20 bits, whoever has seen it "
                    + "once can pair for ever, and pairings count as authenticated all the same. Empty (the default): a new "
                    + "random one each time.",
            type = AttributeType.PASSWORD,
            required = false)
    String pairing_fixedPasskey() default "";

    @AttributeDefinition(
            name = "Debug keys (test switch)",
            description = "Lets peers pair with the debug key pair that is published in the specification, so that a sniffer can "
                    + "decrypt. Anybody can read and change what such a link carries. No bond is made with it. For tests only.",
            required = false)
    boolean pairing_debugKeys() default false;

    @AttributeDefinition(
            name = "Signing keys",
            description = "Whether new bonds exchange signing keys (CSRK), for signed writes on links without encryption. Signed "
                    + "values can be read by anybody; they only cannot be forged.",
            required = false)
    boolean pairing_signing() default false;

    @AttributeDefinition(
            name = "Wait after a failed pairing",
            description = "Seconds, 1..3600, for which a peer with which a pairing failed may not try again; doubles with each further "
                    + "failure, and halves with each hour without one. Kept with the bonds, so that a restart does not shorten it.",
            required = false)
    int pairing_firstWait() default 1;

    @AttributeDefinition(
            name = "Privacy",
            description = "Use resolvable private addresses instead of the identity address. Without them anybody in range knows this "
                    + "gateway again by its address, wherever it is carried. Peers that are bonded can do so either way.",
            required = false)
    boolean privacy() default false;

    @AttributeDefinition(
            name = "Privacy mode",
            description = "device: a bonded peer that gave its identity key is heard under private and under its identity address; "
                    + "many peers need that, since they give the key and never use it. network: such a peer is neither heard nor let in "
                    + "under its identity address. Choose network only if all your peers use private addresses: others are cut off. "
                    + "A bond may have a mode of its own.",
            options = {@Option(label = "device", value = "device"), @Option(label = "network", value = "network")},
            required = false)
    String privacy_mode() default "device";

    @AttributeDefinition(
            name = "Private address lifetime",
            description = "Seconds for which one private address is used, 1..41400: so long the gateway can be followed by it.",
            required = false)
    int privacy_lifetime() default 900;

    @AttributeDefinition(
            name = "Identity address",
            description = "The identity address to go on air with when the store was written by BTstack and holds none, as "
                    + "C0:FF:EE:00:00:01/random. Default: the controller's public address.",
            required = false)
    String identity() default "";

    @AttributeDefinition(
            name = "Pinned controller",
            description = "Public address of the only controller that is accepted on this transport. Default: any, and another one "
                    + "than before is told of (in the notices of the status). Whatever answers there is given the keys of all links.",
            required = false)
    String controller_pin() default "";

    @AttributeDefinition(
            name = "Controller setup",
            description = "Name of the vendor start-up (a ControllerSetup service) that the controller needs. Default: chosen by "
                    + "the controller's manufacturer, if one is installed for it.",
            required = false)
    String controller_setup() default "";

    @AttributeDefinition(
            name = "Device name",
            description = "Device Name of the GAP service, at most 248 octets.",
            required = false)
    String device_name() default "Everbond";

    @AttributeDefinition(
            name = "Appearance",
            description = "Appearance of the GAP service, 0..65535 (Assigned Numbers, 2.6).",
            required = false)
    int device_appearance() default 0;

    @AttributeDefinition(
            name = "Trace file",
            description = "A btsnoop file of all HCI traffic, for tshark, Wireshark or btmon; keys are blanked. Empty: no trace. "
                    + "A relative path lies in the data folder. Can be switched at any time, links stay up; a file that is there "
                    + "already is kept as <file>.1.",
            required = false)
    String trace() default "";

    @AttributeDefinition(
            name = "Keys in the trace",
            description = "Leaves keys readable in the trace. Whoever has that file can decrypt your links.",
            required = false)
    boolean trace_keys() default false;
}
