package org.everbond.security.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Connection;
import org.everbond.host.FixedChannel;
import org.everbond.host.ResolvingListEntry;
import org.everbond.host.SecurityPort;
import org.everbond.security.DataSigning;
import org.everbond.security.OobData;
import org.everbond.security.PairingResult;
import org.everbond.security.SecureLink;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityManager;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.signing.BondSigning;

/** Finds the link that something is about; what happens on it is the link's affair. */
public final class AdapterSecurity implements SecurityManager, SecurityPort, FixedChannel {
    private final Surroundings surroundings;
    private final Map<Long, LinkSecurity> links = new HashMap<>();
    private final Listeners listeners = new Listeners();
    private final Runnable resolvingListChanged;
    private final BondableWindow bondable;
    private final OwnAddress ownAddress;
    private final KeyTrials trials;
    private final KeyPairs keyPairs;
    private final OwnOobData ownOobData;
    private final BondSigning signing;
    private final PairingAttempts attempts;
    private final Recognition recognition;
    private SecurityOptions options;

    private AdapterSecurity(
            Surroundings surroundings, Runnable ownAddressChanged, Runnable resolvingListChanged, SecurityOptions options) {
        this.surroundings = surroundings;
        this.resolvingListChanged = resolvingListChanged;
        this.options = options;
        this.bondable = new BondableWindow(surroundings.loop());
        this.ownAddress = new OwnAddress(surroundings, ownAddressChanged);
        this.trials = new KeyTrials(surroundings.bonds());
        this.signing = new BondSigning(surroundings.bonds(), this::link);
        this.keyPairs = new KeyPairs(surroundings.loop(), surroundings.computing(), P256::generate);
        this.ownOobData = new OwnOobData(surroundings, keyPairs);
        this.attempts = new PairingAttempts(surroundings.loop(), surroundings.bonds());
        this.recognition = new Recognition(surroundings, this::recognised);
    }

    /**
     * @param ownAddressChanged runs when peers shall see another address of ours from now on
     * @param resolvingListChanged runs when {@link #resolvingList} may have changed
     */
    public static AdapterSecurity create(
            Surroundings surroundings, Runnable ownAddressChanged, Runnable resolvingListChanged, SecurityOptions options) {
        var security = new AdapterSecurity(surroundings, ownAddressChanged, resolvingListChanged, options);
        surroundings.bonds().listen(security::bondsChanged);
        surroundings.loop().execute(() -> {
            surroundings.bonds().judge(options.rules()::judge);
            security.keyPairs.prepare();
            security.attempts.loaded();
        });
        return security;
    }

    @Override
    public void options(SecurityOptions changed) {
        if (options.rules() != changed.rules()) {
            surroundings.bonds().judge(changed.rules()::judge);
        }
        boolean otherEntries = options.privacy() != changed.privacy() || options.privacyMode() != changed.privacyMode();
        options = changed;
        ownAddress.changed(changed);
        if (otherEntries) {
            resolvingListChanged.run();
        }
    }

    SecurityOptions options() {
        return options;
    }

    KeyTrials trials() {
        return trials;
    }

    KeyPairs keyPairs() {
        return keyPairs;
    }

    OwnOobData ownOobData() {
        return ownOobData;
    }

    @Override
    public CompletionStage<OobData> createOobData() {
        return ownOobData.create(() -> options.privacy() ? Optional.empty() : surroundings.bonds().identityAddress());
    }

    @Override
    public void forgetOobData() {
        ownOobData.forget();
    }

    PairingAttempts attempts() {
        return attempts;
    }

    @Override
    public boolean isBondable() {
        return bondable.isOpen();
    }

    @Override
    public void bondable(boolean on) {
        bondable.set(on);
    }

    @Override
    public void bondable(Duration window) {
        bondable.openFor(window);
    }

    @Override
    public SecureLink link(Connection connection) {
        return of(connection);
    }

    @Override
    public CompletionStage<PairingResult> pair(Connection connection) {
        return of(connection).pair();
    }

    @Override
    public CompletionStage<SecureLink> encrypt(Connection connection) {
        return of(connection).encrypt();
    }

    @Override
    public CompletionStage<SecureLink> protect(Connection connection) {
        return of(connection).protect();
    }

    @Override
    public void renewAddress() {
        ownAddress.renew();
    }

    @Override
    public Optional<DeviceAddress> addressOnAir() {
        return surroundings.bonds().local().map(keys -> ownAddress());
    }

    @Override
    public DataSigning signing() {
        return signing;
    }

    @Override
    public AutoCloseable listen(Consumer<SecurityEvent> listener) {
        return listeners.add(listener);
    }

    void tell(SecurityEvent event) {
        listeners.tell(event);
    }

    @Override
    public DeviceAddress ownAddress() {
        return ownAddress.get(options);
    }

    @Override
    public List<ResolvingListEntry> resolvingList(int most) {
        var local = surroundings.bonds().local().filter(keys -> options.privacy()).map(LocalKeys::irk).orElse(Key.ZERO);
        return surroundings.bonds().resolvable(most).stream()
                .map(bond -> new ResolvingListEntry(
                        bond.identity(), surroundings.bonds().keys(bond.id()).orElseThrow().irk(), local,
                        modeOf(bond) == PrivacyMode.DEVICE))
                .toList();
    }

    @Override
    public boolean isOwn(DeviceAddress target) {
        return surroundings.bonds().local()
                .filter(keys -> target.isResolvable() && !keys.irk().isZero() && Toolbox.resolves(keys.irk(), target))
                .isPresent();
    }

    @Override
    public boolean isIgnored(DeviceAddress onAir) {
        return surroundings.bonds().byIdentity(onAir)
                .filter(bond -> bond.resolvable() && modeOf(bond) == PrivacyMode.NETWORK)
                .isPresent();
    }

    private PrivacyMode modeOf(Bond bond) {
        return bond.privacyMode().orElse(options.privacyMode());
    }

    @Override
    public List<DeviceAddress> resolve(DeviceAddress onAir) {
        return identities(onAir, recognition.heard(onAir));
    }

    @Override
    public void identify(DeviceAddress onAir, Consumer<List<DeviceAddress>> then) {
        recognition.heard(onAir, found -> then.accept(identities(onAir, found)));
    }

    private List<DeviceAddress> identities(DeviceAddress onAir, List<Bond> candidates) {
        return trials.inOrder(onAir, candidates).stream().map(Bond::identity).toList();
    }

    @Override
    public void connected(Connection connection) {
        // Host tells twice: as owner of the security port and of the channel. The first one makes the link.
        if (!links.containsKey(connection.epoch())) {
            var link = new LinkSecurity(this, surroundings, connection);
            links.put(connection.epoch(), link);
            link.bondsChanged();
        }
    }

    @Override
    public void received(Connection connection, byte[] sdu) {
        var link = links.get(connection.epoch());
        if (link != null) {
            link.received(sdu);
        }
    }

    @Override
    public void longTermKeyRequested(Connection connection, long rand, int ediv) {
        var link = links.get(connection.epoch());
        if (link != null) {
            link.longTermKeyRequested(rand, ediv);
        }
    }

    @Override
    public void encryptionChanged(Connection connection, int status, boolean on, boolean refreshed) {
        var link = links.get(connection.epoch());
        if (link != null) {
            link.encryptionChanged(status, on);
        }
    }

    @Override
    public void disconnected(Connection connection, int reason) {
        var link = links.remove(connection.epoch());
        if (link != null) {
            link.disconnected(reason);
        }
    }

    private LinkSecurity of(Connection connection) {
        var link = links.get(connection.epoch());
        // The link of an ended connection: without bond, security or any effect.
        return link != null ? link : LinkSecurity.ended(this, surroundings, connection);
    }

    private void bondsChanged(BondEvent event) {
        switch (event.kind()) {
            case LOADED -> {
                ownAddress.keysLoaded();
                trials.clear();
                attempts.loaded();
            }
            case REPLACED -> trials.forget(event.bond().id());
            case FORGOTTEN, EVICTED -> {
                trials.forget(event.bond().id());
                signing.forget(event.bond().id());
            }
            case CREATED, UPDATED, REJUDGED -> {}
        }
        if (surroundings.bonds().ready()) {
            resolvingListChanged.run();
        }
        recognised();
    }

    /** Somebody may be known now who was not before. */
    private void recognised() {
        List.copyOf(links.values()).forEach(LinkSecurity::bondsChanged);
    }
}
