/** The whole path inside one container, as a bundle. */
package org.everbond.itests.story;
