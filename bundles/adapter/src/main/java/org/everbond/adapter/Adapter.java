package org.everbond.adapter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.PrivacyMode;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.GattServer;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;
import org.everbond.security.OobData;
import org.everbond.tlv.Resolution;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One Bluetooth LE adapter: the service that a factory configuration {@code org.everbond.adapter} publishes, with the service
 * property {@link #NAME}. It is there as long as its configuration, whatever happens to the controller and the store.
 *
 * <p>Any thread may call and nothing blocks. Stages complete on the event loop: do not block in what you chain to them, or use
 * the async forms. They complete exceptionally with an exception whose message is one sentence for people.
 */
@ProviderType
public interface Adapter {
    /** The service property with the adapter's name. */
    String NAME = "adapter";

    /** By which configuration, commands and agents refer to it. */
    String name();

    /** What is so now. */
    AdapterStatus status();

    /**
     * Completes when the adapter is UP; at once when it is.
     *
     * @return completes exceptionally after the time given with a {@code HostException}, which has the reason for which it is not UP
     */
    CompletionStage<AdapterStatus> up(Duration timeout);

    /** What is known of the open links, by id. */
    List<LinkStatus> linkStatus();

    /** The open links, by id. */
    List<Link> links();

    /** The open link of this id. */
    Optional<Link> link(long id);

    /**
     * Scans until stopped, also after each restart of the controller; takes the place of an earlier scan.
     *
     * @param active whether scan responses are asked for, by which we can be noticed
     * @param filterDuplicates whether the controller reports each advertiser once only
     * @param sink is called in order, never on the event loop
     * @return completes when it scans; exceptionally with a {@code HostException} when the adapter is not UP or its controller refuses
     */
    CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink);

    /** Scans no more. */
    CompletionStage<Void> stopScan();

    /**
     * Advertises until stopped, also after each connection and each restart of the controller; takes the place of earlier advertising.
     *
     * @return completes when it advertises; exceptionally like {@link #scan}
     */
    CompletionStage<Void> advertise(Advertising advertising);

    /** Advertises no more. */
    CompletionStage<Void> stopAdvertising();

    /**
     * Connects as central to an address on air or the identity address of a bonded peer, which is also found behind its private addresses.
     *
     * @return completes with the open link; exceptionally with a {@code HostException} after the time given, and when the adapter is not UP
     */
    CompletionStage<Link> connect(DeviceAddress peer, Duration timeout);

    /** Connects as central to a bonded peer; exceptionally with a {@code NoSuchElementException} when there is no such bond. */
    CompletionStage<Link> connect(BondId bond, Duration timeout);

    /** Lets peers bond, or not, until changed. */
    CompletionStage<Void> bondable(boolean on);

    /**
     * Lets peers bond for a while; then not any more.
     *
     * @param window more than zero
     */
    CompletionStage<Void> bondable(Duration window);

    /**
     * Makes data for a peer to have out of band; see {@link org.everbond.security.SecurityManager#createOobData}. Whoever has it can
     * pretend to be this adapter while it lives.
     */
    CompletionStage<OobData> createOobData();

    /** Makes that data worthless. */
    CompletionStage<Void> forgetOobData();

    /** All bonds, by id: a copy, which with very many of them takes a moment. */
    List<Bond> bonds();

    /** How private this adapter is at this moment. */
    CompletionStage<PrivacyStatus> privacy();

    /**
     * Goes on with another private address at once. Links keep the address that they were made with.
     *
     * @return completes exceptionally with an {@code IllegalStateException} without {@code privacy=true}: there is none to renew
     */
    CompletionStage<Void> renewAddress();

    /**
     * Gives us another identity key (IRK), by decision: who holds the former one can neither follow us nor find us behind private addresses
     * any more. Bonds stay as they are; each new pairing hands out the new key.
     *
     * @return completes when it is durable, with the bonds whose peers hold a former one
     */
    CompletionStage<List<Bond>> changeIrk();

    /** The bonds whose peers hold a former identity key of ours, until they pair again or are forgotten. */
    List<Bond> withFormerIrk();

    /**
     * Forgets a bond for good and ends its link.
     *
     * @return completes when the deletion is durable; exceptionally with a {@code NoSuchElementException} when there is no such bond, and
     *     with a {@code TlvException} when it could not be written: then the bond is still there
     */
    CompletionStage<Void> forget(BondId bond);

    /**
     * Protects a bond against giving way to a newcomer when all places are taken, or not; durable on completion, exceptionally like
     * {@link #forget}. Another way to keep bonds is a service {@link org.everbond.bonds.spi.EvictionGuard}.
     */
    CompletionStage<Void> pin(BondId bond, boolean pinned);

    /**
     * Chooses the privacy mode towards the peer of a bond (Vol 6, Part B, 4.7), whatever {@code privacy.mode} says for the others. It stays
     * with the bond until it is forgotten; durable on completion, exceptionally like {@link #forget}.
     *
     * @param mode empty for what {@code privacy.mode} says
     */
    CompletionStage<Void> privacyMode(BondId bond, Optional<PrivacyMode> mode);

    /**
     * Gives a bond a name for people, which stays with it; durable on completion, exceptionally like {@link #forget}, and with an
     * {@code IllegalArgumentException} for a name that is too long.
     *
     * @param name at most 248 octets in UTF-8; empty for none
     */
    CompletionStage<Void> rename(BondId bond, String name);

    /** The Classic (BR/EDR) bonds that a stack on the same store has made, by address. We do not connect to their peers. */
    List<ClassicBond> classicBonds();

    /** Forgets the Classic link key of a peer for good; durable on completion, exceptionally like {@link #forget}. */
    CompletionStage<Void> forgetClassic(DeviceAddress peer);

    /**
     * Decides what becomes of the store when the place that is configured for it holds another identity with bonds than the running
     * store: nothing is ever merged then, and nothing is lost either way.
     *
     * @return completes when it is done, with the place where the content that lost is kept
     */
    CompletionStage<String> resolveStore(Resolution resolution);

    /**
     * Brings in the bonds of another store, in one transaction, while links stay up. The other store stays as it is.
     *
     * @return completes when they are durable; exceptionally with a sentence that says why none came
     */
    CompletionStage<ImportedBonds> importBonds(BondSource source);

    /** The GATT server, the same for all links and throughout the life of the adapter. */
    GattServer server();

    /**
     * Hears of everything that happens, in order, never on the event loop.
     *
     * @return closes the subscription
     */
    AutoCloseable listen(Consumer<AdapterEvent> listener);
}
