package org.everbond.itests.story.swap;

import org.everbond.itests.story.swap.Ground.Leaving;

/** One chapter of the {@linkplain SwapStory swap story}. */
public enum Chapter {
    BUNDLE_OF_THE_STORE_IS_STOPPED(scene -> new ServiceChapters(scene).bundleGoes(Leaving.STOPPED)),
    BUNDLE_OF_THE_STORE_IS_UPDATED(scene -> new ServiceChapters(scene).bundleGoes(Leaving.UPDATED)),
    BUNDLE_OF_THE_STORE_IS_INSTALLED_ANEW(scene -> new ServiceChapters(scene).bundleGoes(Leaving.REINSTALLED)),
    BONDED_PEER_IS_SERVED_WITHOUT_ANY_BACKEND(scene -> new ServiceChapters(scene).withoutBackend()),
    BACKEND_SERVICE_IS_REPLACED_BY_ANOTHER_KIND(scene -> new ServiceChapters(scene).serviceIsReplaced()),
    STORE_IS_RECONFIGURED(scene -> new PlaceChapters(scene).reconfigured()),
    EVERY_KIND_AFTER_EVERY_KIND_IN_NEW_PLACES(scene -> new PlaceChapters(scene).everyPair(false)),
    EVERY_KIND_AFTER_EVERY_KIND_IN_PLACES_LEFT_BEHIND(scene -> new PlaceChapters(scene).everyPair(true)),
    GATEWAY_STARTS_ANEW_ON_EVERY_KIND(scene -> new PlaceChapters(scene).startsAnew()),
    TWO_BACKENDS_APPEAR_AND_GO(scene -> new ServiceChapters(scene).twoBackends()),
    BACKEND_THAT_IS_TOO_SMALL_IS_REFUSED(scene -> new TroubleChapters(scene).tooSmall()),
    BACKEND_THAT_APPEARS_LATE_HOLDS_UP_NOBODY(scene -> new TroubleChapters(scene).late()),
    BACKEND_THAT_HANGS_IN_FLUSH_FAILS_THE_PAIRING(scene -> new TroubleChapters(scene).hangsInFlush(false)),
    BACKEND_THAT_HANGS_IN_FLUSH_KEEPS_THE_BOND_THAT_WAS(scene -> new TroubleChapters(scene).hangsInFlush(true)),
    STORE_IS_SEALED_AND_GETS_A_NEW_KEY(scene -> new PlaceChapters(scene).sealed()),
    FORGOTTEN_BOND_STAYS_FORGOTTEN_IN_EVERY_ORDER(scene -> new PlaceChapters(scene).forgotten()),
    CONFLICT_WAITS_FOR_A_DECISION(scene -> new TroubleChapters(scene).conflict());

    private final Content content;

    /** What happens in it. */
    @FunctionalInterface
    private interface Content {
        void happen(Scene scene) throws Exception;
    }

    Chapter(Content content) {
        this.content = content;
    }

    void happen(Scene scene) throws Exception {
        content.happen(scene);
    }
}
