/// The words that the demo catalogue is made of.
enum Vocabulary {
    /// Categories that share brands.
    struct Department: Sendable {
        let brands: [String]
        let categories: [Category]
    }

    /// A category and the kinds of thing in it.
    struct Category: Sendable {
        let name: String
        /// Median price of the category.
        let price: Double
        let nouns: [String]
    }

    /// Styles, also the adjectives of titles.
    static let styles = [
        "Classic", "Minimal", "Rugged", "Retro", "Lightweight", "Premium", "Everyday", "Organic", "Compact", "Bold",
        "Nordic", "Urban",
    ]

    /// Names of product lines.
    static let series = [
        "Aurora", "Basalt", "Cedar", "Delta", "Ember", "Fjord", "Gale", "Harbor", "Iris", "Juniper", "Kestrel", "Lumen",
        "Meridian", "Nova", "Onyx", "Prairie", "Quartz", "Ridge", "Solstice", "Tidal", "Umbra", "Vista", "Willow",
        "Zephyr",
    ]

    static let colours = [
        "black", "white", "grey", "navy", "red", "green", "blue", "yellow", "brown", "pink", "orange", "purple",
    ]

    static let countries = ["DE", "FR", "GB", "US", "JP", "BR", "IN", "SE"]

    static let ageGroups = ["18-24", "25-34", "35-44", "45-54", "55+"]

    static let departments = [
        Department(
            brands: ["Fjellby", "Northpeak", "Trailward", "Velora", "Summit & Sons", "Kaldr", "Openfield", "Strider"],
            categories: [
                Category(
                    name: "Hiking", price: 70,
                    nouns: ["Rain Jacket", "Hiking Boots", "Day Pack", "Trekking Poles", "Fleece", "Merino Socks"]),
                Category(
                    name: "Running", price: 60,
                    nouns: ["Running Shoes", "Trail Shoes", "Running Shorts", "Hydration Vest", "Headband", "Tights"]),
                Category(
                    name: "Cycling", price: 85,
                    nouns: ["Road Helmet", "Bike Light", "Cycling Jersey", "Pannier", "Floor Pump", "Gravel Tyres"]),
                Category(
                    name: "Camping", price: 110,
                    nouns: ["Two-Person Tent", "Sleeping Bag", "Camp Stove", "Headlamp", "Hammock", "Cool Box"]),
            ]),
        Department(
            brands: [
                "Hearthline", "Oakmoor", "Casa Lume", "Tavola", "Brightwell", "Nestra", "Grove & Finch", "Solheim",
            ],
            categories: [
                Category(
                    name: "Kitchen", price: 45,
                    nouns: [
                        "Chef's Knife", "Cast-Iron Pan", "Espresso Maker", "Mixing Bowls", "Kettle", "Cutting Board",
                    ]),
                Category(
                    name: "Furniture", price: 240,
                    nouns: ["Armchair", "Bookcase", "Dining Table", "Side Table", "Sofa", "Desk"]),
                Category(
                    name: "Lighting", price: 65,
                    nouns: ["Floor Lamp", "Pendant Lamp", "Desk Lamp", "String Lights", "Wall Light", "Night Light"]),
                Category(
                    name: "Bedding", price: 80,
                    nouns: ["Linen Sheets", "Down Duvet", "Pillow", "Wool Blanket", "Mattress Topper", "Bedspread"]),
            ]),
        Department(
            brands: ["Sonara", "Pixelwerk", "Octant", "Luma", "Vektor", "Hertz & Co", "Arclight", "Tessel"],
            categories: [
                Category(
                    name: "Audio", price: 130,
                    nouns: ["Headphones", "Earbuds", "Bookshelf Speakers", "Turntable", "Soundbar", "Microphone"]),
                Category(
                    name: "Computers", price: 95,
                    nouns: ["Mechanical Keyboard", "Mouse", "Monitor", "Webcam", "Docking Station", "Portable SSD"]),
                Category(
                    name: "Photography", price: 210,
                    nouns: ["Mirrorless Camera", "Prime Lens", "Tripod", "Camera Bag", "Flash", "Instant Camera"]),
                Category(
                    name: "Smart Home", price: 75,
                    nouns: ["Smart Bulb", "Thermostat", "Video Doorbell", "Smart Plug", "Robot Vacuum", "Air Monitor"]),
            ]),
        Department(
            brands: ["Maison Arlo", "Thread & Co", "Lindqvist", "Bellamy", "Studio Noor", "Harrow", "Sabine", "Okto"],
            categories: [
                Category(
                    name: "Women's Clothing", price: 55,
                    nouns: ["Wrap Dress", "Cardigan", "Blouse", "Wide-Leg Trousers", "Wool Coat", "Midi Skirt"]),
                Category(
                    name: "Men's Clothing", price: 50,
                    nouns: ["Oxford Shirt", "Chinos", "Crew-Neck Sweater", "Denim Jacket", "Polo Shirt", "Overcoat"]),
                Category(
                    name: "Shoes", price: 90,
                    nouns: ["Sneakers", "Chelsea Boots", "Loafers", "Sandals", "Ankle Boots", "Slippers"]),
                Category(
                    name: "Bags", price: 75,
                    nouns: ["Tote Bag", "Backpack", "Crossbody Bag", "Weekender", "Wallet", "Laptop Sleeve"]),
            ]),
        Department(
            brands: [
                "Meeple House", "Inkwell", "Cadenza", "Papyrus", "Tinker & Toy", "Foliant", "Allegro", "Brushwood",
            ],
            categories: [
                Category(
                    name: "Board Games", price: 35,
                    nouns: ["Strategy Game", "Party Game", "Card Game", "Jigsaw Puzzle", "Chess Set", "Dice Set"]),
                Category(
                    name: "Books", price: 18,
                    nouns: ["Cookbook", "Crime Novel", "Travel Guide", "Science Reader", "Poetry Collection", "Atlas"]),
                Category(
                    name: "Instruments", price: 160,
                    nouns: ["Ukulele", "Acoustic Guitar", "Digital Piano", "Cajon", "Tuner", "Guitar Strings"]),
                Category(
                    name: "Art Supplies", price: 22,
                    nouns: ["Watercolour Set", "Sketchbook", "Brush Set", "Acrylic Paints", "Easel", "Fineliners"]),
            ]),
        Department(
            brands: ["Verdana Botanics", "Purely", "Little Fern", "Pawsome", "Alba", "Mossa", "Tiny Tide", "Waggle"],
            categories: [
                Category(
                    name: "Skin Care", price: 24,
                    nouns: ["Face Cream", "Cleanser", "Serum", "Sunscreen", "Clay Mask", "Lip Balm"]),
                Category(
                    name: "Hair Care", price: 17,
                    nouns: ["Shampoo Bar", "Conditioner", "Hair Oil", "Hair Dryer", "Wooden Brush", "Styling Clay"]),
                Category(
                    name: "Baby", price: 32,
                    nouns: ["Sleepsuit", "Baby Carrier", "Stacking Blocks", "Play Mat", "Bottle Set", "Muslin Cloths"]),
                Category(
                    name: "Pets", price: 28,
                    nouns: ["Dog Bed", "Cat Tree", "Leash", "Food Bowl", "Chew Toy", "Travel Crate"]),
            ]),
    ]
}
