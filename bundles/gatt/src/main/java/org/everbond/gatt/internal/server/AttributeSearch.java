package org.everbond.gatt.internal.server;

import java.util.ArrayList;
import java.util.Arrays;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse.FindInformation.Information;
import org.everbond.gatt.internal.att.AttResponse.HandleRange;
import org.everbond.gatt.internal.att.AttResponse.ReadByGroupType.Group;
import org.everbond.gatt.internal.att.AttResponse.ReadByType.Data;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.gatt.internal.att.AttUuid;

/** What discovery finds in the table (Vol 3, Part F, 3.4.3, 3.4.4.1, 3.4.4.9). Lists are cut to the ATT_MTU; empty is not found. */
final class AttributeSearch {
    private final AttributeTable table;

    AttributeSearch(AttributeTable table) {
        this.table = table;
    }

    AttResponse.FindInformation information(AttRequest.FindInformation request, int mtu) {
        var found = new ArrayList<Information>();
        int room = mtu - 2;
        for (var attribute : table.range(request.start(), request.end())) {
            int size = 2 + AttUuid.length(attribute.type());
            boolean sameForm = found.isEmpty() || AttUuid.is16(found.get(0).type()) == AttUuid.is16(attribute.type());
            if (!sameForm || size > room) {
                break;
            }
            found.add(new Information(attribute.handle(), attribute.type()));
            room -= size;
        }
        return new AttResponse.FindInformation(found);
    }

    AttResponse.FindByTypeValue byTypeValue(AttRequest.FindByTypeValue request, int mtu) {
        var found = new ArrayList<HandleRange>();
        for (var attribute : table.range(request.start(), request.end())) {
            if (attribute instanceof Attribute.Declaration declaration
                    && declaration.type().equals(request.type())
                    && Arrays.equals(declaration.value(), request.value())) {
                if (1 + 4 * (found.size() + 1) > mtu) {
                    break;
                }
                found.add(new HandleRange(attribute.handle(), table.endOfGroup(attribute.handle())));
            }
        }
        return new AttResponse.FindByTypeValue(found);
    }

    /** The declarations of a type; those of the length of the first. */
    AttResponse.ReadByType declarations(AttRequest.ReadByType request, int mtu) {
        var found = new ArrayList<Data>();
        int room = mtu - 2;
        for (var attribute : table.range(request.start(), request.end())) {
            if (attribute instanceof Attribute.Declaration declaration && attribute.type().equals(request.type())) {
                var value = declaration.value();
                boolean sameLength = found.isEmpty() || found.get(0).value().length == value.length;
                if (!sameLength || 2 + value.length > room) {
                    break;
                }
                found.add(new Data(attribute.handle(), value));
                room -= 2 + value.length;
            }
        }
        return new AttResponse.ReadByType(found);
    }

    AttResponse.ReadByGroupType services(AttRequest.ReadByGroupType request, int mtu) {
        var found = new ArrayList<Group>();
        int room = mtu - 2;
        for (var attribute : table.range(request.start(), request.end())) {
            if (attribute instanceof Attribute.Declaration declaration && attribute.type().equals(request.type())) {
                var value = declaration.value();
                boolean sameLength = found.isEmpty() || found.get(0).value().length == value.length;
                if (!sameLength || 4 + value.length > room) {
                    break;
                }
                found.add(new Group(attribute.handle(), table.endOfGroup(attribute.handle()), value));
                room -= 4 + value.length;
            }
        }
        return new AttResponse.ReadByGroupType(found);
    }
}
