package org.everbond.tlv.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorePlaceTest {
    @TempDir
    Path folder;

    /** A disk on which somebody else always makes a folder just before us. */
    private static Disk shared() {
        return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("createFolder")) {
                Files.createDirectory((Path) arguments[0]);
            }
            try {
                return method.invoke(Disk.system(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    @Test
    void aFolderThatAnotherAdapterMakesAtTheSameTimeIsNotInTheWay() throws Exception {
        var data = folder.resolve("everbond/data");
        StorePlace.makeFolder(shared(), data);
        assertThat(data).isDirectory();
    }

    @Test
    void aLinkToNowhereIsInTheWay() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("data"), folder.resolve("nowhere"));
        assertThatThrownBy(() -> StorePlace.makeFolder(Disk.system(), link)).isInstanceOf(FileAlreadyExistsException.class);
    }
}
