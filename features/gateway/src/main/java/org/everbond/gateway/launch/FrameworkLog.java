package org.everbond.gateway.launch;

import org.apache.felix.framework.Logger;
import org.slf4j.LoggerFactory;

/** What the framework has to say, in the same form as everything else. */
final class FrameworkLog extends Logger {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("org.apache.felix.framework");

    @Override
    protected void doLog(int level, String message, Throwable cause) {
        if (level == LOG_ERROR) {
            LOG.warn(message, cause);
        } else {
            LOG.info(message, cause);
        }
    }
}
