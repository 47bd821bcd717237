package org.everbond.adapter;

import java.util.concurrent.CompletionStage;
import org.everbond.gatt.GattClient;
import org.everbond.security.PairingResult;
import org.osgi.annotation.versioning.ProviderType;

/** One connection. Any thread may call; after its end all that acts fails with a sentence that says so. */
@ProviderType
public interface Link {
    /** Unique within the adapter's life. */
    long id();

    /** Whether it has not ended. */
    boolean isOpen();

    /** What is known of it now; after its end, as it was last. */
    LinkStatus status();

    /**
     * Pairs and bonds; see {@link org.everbond.security.SecurityManager#pair}.
     *
     * @return completes when the bond is durable; exceptionally with a {@code PairingException}
     */
    CompletionStage<PairingResult> pair();

    /**
     * Encrypts with the stored key; see {@link org.everbond.security.SecurityManager#encrypt}.
     *
     * @return completes once the link is encrypted; exceptionally with a {@code PairingException}: no bond, lost bond
     */
    CompletionStage<LinkStatus> encrypt();

    /** The GATT client of this link; it encrypts before it sends anything to a bonded peer. */
    GattClient gatt();

    /** Ends the link (error code 0x13); completes when it is gone, at once when it is. */
    CompletionStage<Void> disconnect();
}
