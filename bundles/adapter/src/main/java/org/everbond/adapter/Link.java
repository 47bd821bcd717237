package org.everbond.adapter;

import java.util.concurrent.CompletionStage;
import org.everbond.gatt.GattClient;
import org.everbond.security.PairingResult;
import org.osgi.annotation.versioning.ProviderType;

/** One connection. Any thread may call; after its end all that acts fails with a sentence that says so. */
@ProviderType
public interface Link {
    long id();

    boolean isOpen();

    LinkStatus status();

    /** Pairs and bonds; see {@link org.everbond.security.SecurityManager#pair}. */
    CompletionStage<PairingResult> pair();

    /** Encrypts with the stored key; see {@link org.everbond.security.SecurityManager#encrypt}. */
    CompletionStage<LinkStatus> encrypt();

    GattClient gatt();

    /** Completes when the link is gone. */
    CompletionStage<Void> disconnect();
}
